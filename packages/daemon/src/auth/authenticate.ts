// From a token to who it stands for. The form of the token says which of the configured kinds it is, so that
// no token is tried as another kind; what each kind asks is left to its own file.
import { DBALError } from '@proj/dbal-contract'
import type { Login } from '@proj/dbal-bridge-ws/server'

export type Authenticate = (token: string | undefined) => Promise<Login>

/** Rejects with UNAUTHORIZED for a token that is none. */
export type VerifyToken = (token: string) => Promise<Login>

export interface TokenKinds {
  readonly anonymous: boolean
  readonly jwt?: VerifyToken | undefined
  readonly session?: VerifyToken | undefined
  readonly apiKey?: VerifyToken | undefined
}

/** Every key of ours begins so: it can be told from a session, and found where it was leaked. */
const API_KEY_PREFIX = 'dbal_'
const JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/
/** Characters; more is no token of any kind. */
const MAX_LENGTH = 8192

/** Rejects with UNAUTHORIZED, and the same sentence whatever is wrong with a token. */
export function createAuthenticate(kinds: TokenKinds): Authenticate {
  return async (token) => {
    if (token === undefined) {
      if (kinds.anonymous) return { auth: {} }
      throw new DBALError('UNAUTHORIZED', { details: { reason: 'a token is needed' } })
    }
    const verify = token.length > MAX_LENGTH ? undefined : kindOf(token, kinds)
    if (verify === undefined) throw refusedToken()
    const login = await verify(token)
    if (login.expiresAt !== undefined && login.expiresAt <= Date.now()) throw refusedToken()
    return login
  }
}

function kindOf(token: string, kinds: TokenKinds): VerifyToken | undefined {
  if (token.startsWith(API_KEY_PREFIX)) return kinds.apiKey
  return JWT.test(token) ? kinds.jwt : kinds.session
}

export function refusedToken(cause?: unknown): DBALError {
  return new DBALError('UNAUTHORIZED', {
    details: { reason: 'the token is not accepted' },
    cause,
  })
}
