// Tokens of the contract's own Session entity. The lookup is by a unique index and tells nothing but yes or no;
// the token is never read back, since the contract never exposes it.
import { createHash } from 'node:crypto'
import { DBALError, invalid, isDBALError } from '@proj/dbal-contract'
import type { Entity, Model } from '@proj/dbal-schema'
import type { Auth, UserClaims } from '../principal/create-principal.ts'
import type { ScopedClient } from '../scoped-client.ts'

export interface SessionLogin {
  readonly auth: Auth
  /** Epoch milliseconds. */
  readonly expiresAt: number
}

const ENTITY = 'Session'

interface SessionShape {
  readonly session: Entity
  readonly tokenField: string
  /** The contract keeps SHA-256 of the token, in hexadecimal. */
  readonly isHashed: boolean
  readonly expiryField: string
  readonly userField: string
  readonly user: Entity
  readonly userKey: string
}

/**
 * From a token to who is signed in; rejects with UNAUTHORIZED. `system` is the trusted client. Throws
 * VALIDATION_ERROR for a contract whose Session is not one.
 */
export function sessionLogins(
  model: Model,
  system: ScopedClient,
): (token: string) => Promise<SessionLogin> {
  const shape = readShape(model)
  const { session, tokenField, isHashed, expiryField, userField, user, userKey } = shape
  return async (token) => {
    const key = isHashed ? createHash('sha256').update(token).digest('hex') : token
    const found = await find(system, session.name, { [tokenField]: key })
    const expiresAt = epochOf(found[expiryField])
    if (!(expiresAt > Date.now())) throw refusedToken()
    const row = await find(system, user.name, { [userKey]: found[userField] })
    return {
      auth: { user: claimsOf(model, user, userKey, row), session: sessionOf(session, found) },
      expiresAt,
    }
  }
}

/** What such logins depend on. Throws VALIDATION_ERROR as `sessionLogins` does. */
export function sessionEntities(model: Model): readonly string[] {
  const { session, user } = readShape(model)
  return [session.name, user.name]
}

function readShape(model: Model): SessionShape {
  const session = model.entities.get(ENTITY)
  if (session === undefined) throw refuse(`the contract has no entity ${ENTITY}`)
  const named = (...names: readonly string[]) => names.find((name) => session.fields.has(name))
  const tokenField = named('tokenHash', 'token_hash', 'token')
  const expiryField = named('expiresAt', 'expires_at')
  const isUnique = session.uniques.some((key) => key.length === 1 && key[0] === tokenField)
  const principals = [...session.fields.values()].filter(({ foreignKey }) => {
    const target = foreignKey === undefined ? undefined : model.entities.get(foreignKey.entity)
    return target !== undefined && target.fields.has('role')
  })
  const [owner] = principals
  const user = model.entities.get(owner?.foreignKey?.entity ?? '')
  if (tokenField === undefined || !isUnique || expiryField === undefined)
    throw refuse(`${ENTITY} needs a unique token and expiresAt`)
  if (owner?.foreignKey === undefined || user === undefined || principals.length > 1)
    throw refuse(`${ENTITY} needs one reference to who is signed in`)
  return {
    session,
    tokenField,
    isHashed: tokenField !== 'token',
    expiryField,
    userField: owner.name,
    user,
    userKey: owner.foreignKey.field,
  }
}

type Row = Readonly<Record<string, unknown>>

async function find(system: ScopedClient, entity: string, input: Row): Promise<Row> {
  try {
    return (await system.call({ entity, action: 'read', input })) as Row
  } catch (cause) {
    const isAbsent = isDBALError(cause) && ['NOT_FOUND', 'VALIDATION_ERROR'].includes(cause.code)
    throw isAbsent ? refusedToken(cause) : cause
  }
}

/** What of the account rules may ask about: its id, its role, and the claims that the contract names. */
function claimsOf(model: Model, user: Entity, userKey: string, row: Row): UserClaims {
  const names = ['role', ...model.claims.keys()].filter((name) => user.fields.has(name))
  const claims = names.map((name) => [name, row[name]] as const)
  return { ...Object.fromEntries(claims), id: row[userKey] as string }
}

function sessionOf({ primaryKey }: Entity, row: Row): Row {
  const [key = ''] = primaryKey
  return primaryKey.length === 1 ? { id: row[key] } : {}
}

function epochOf(value: unknown): number {
  return value instanceof Date ? value.getTime() : Number(value ?? 0)
}

function refuse(error: string): DBALError {
  return invalid([{ field: 'auth.session', error }])
}

function refusedToken(cause?: unknown): DBALError {
  return new DBALError('UNAUTHORIZED', {
    details: { reason: 'the token is not accepted' },
    cause,
  })
}
