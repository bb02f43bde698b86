// Tokens of an identity provider: signed with a private key that is not here, for this daemon, and for a time.
import { createPublicKey } from 'node:crypto'
import { resolve } from 'node:path'
import { decodeClaims } from '@proj/dbal-contract'
import type { Login } from '@proj/dbal-bridge-ws/server'
import type { Model } from '@proj/dbal-schema'
import type { JSONWebKeySet, JWTPayload, JWTVerifyGetKey } from 'jose'
import { ConfigError } from '../config/config-error.ts'
import type { JwtConfig } from '../config/config-file.ts'
import { readNamedFile } from '../config/read-named-file.ts'
import { openReloadedFiles } from '../config/reloaded-files.ts'
import { refusedToken, type VerifyToken } from './authenticate.ts'

/** Public keys only: with HS256 whoever knows what verifies a token could sign one. */
const ALGORITHMS = ['RS256', 'ES256', 'EdDSA']
const LEEWAY_SECONDS = 5
const CLAIMS = { id: 'sub', role: 'role' }

interface Keys {
  readonly algorithms: readonly string[]
  readonly find: JWTVerifyGetKey
}

/** Rejects with ConfigError for keys that cannot be used. */
export async function openJwt(
  config: JwtConfig,
  folder: string,
  model: Model,
  onFault: () => void,
): Promise<VerifyToken> {
  const { jwtVerify } = await import('jose')
  const [file = '', name, parse] =
    config.jwks_file === undefined
      ? [config.key_file, `auth.jwt.key_file ${config.key_file}`, readKey]
      : [config.jwks_file, `auth.jwt.jwks_file ${config.jwks_file}`, readKeySet]
  const path = resolve(folder, file)
  const load = async (): Promise<Keys> => parse(await readNamedFile(path, name), name)
  const keys = await openReloadedFiles([path], load, onFault)
  const leeway = config.leeway ?? LEEWAY_SECONDS
  return async (token) => {
    const { algorithms, find } = await keys.read()
    const { payload } = await jwtVerify(token, find, {
      algorithms: [...algorithms],
      issuer: config.issuer,
      audience: config.audience,
      clockTolerance: leeway,
      requiredClaims: ['exp'],
    }).catch((cause: unknown) => {
      throw refusedToken(cause)
    })
    return loginOf(payload, config.claims ?? CLAIMS, leeway, model)
  }
}

async function readKeySet(text: string, name: string): Promise<Keys> {
  const { createLocalJWKSet } = await import('jose')
  const set = parseKeySet(text, name)
  return { algorithms: ALGORITHMS, find: createLocalJWKSet(set) }
}

/** Throws ConfigError for a set with a key that is a secret: it verifies nothing here, and leaked. */
function parseKeySet(text: string, name: string): JSONWebKeySet {
  let set: Partial<JSONWebKeySet> | null
  try {
    set = JSON.parse(text) as Partial<JSONWebKeySet> | null
  } catch (cause) {
    throw new ConfigError(`${name} is not JSON`, { cause })
  }
  const { keys } = set ?? {}
  if (!Array.isArray(keys)) throw new ConfigError(`${name} is no JWK set: it has no list of keys`)
  for (const key of keys) {
    if (key.kty === 'oct' || 'd' in key || 'k' in key)
      throw new ConfigError(`${name} holds a secret: a set for verifying has public keys only`)
  }
  return { keys }
}

async function readKey(text: string, name: string): Promise<Keys> {
  if (/PRIVATE KEY/.test(text))
    throw new ConfigError(`${name} is a private key: give the public one`)
  let key
  try {
    key = createPublicKey(text)
  } catch (cause) {
    throw new ConfigError(`${name} is no public key (PEM)`, { cause })
  }
  const curve = key.asymmetricKeyDetails?.namedCurve
  const type = `${key.asymmetricKeyType}${curve === undefined ? '' : ` ${curve}`}`
  const algorithm = ALGORITHM_OF.get(type)
  if (algorithm === undefined)
    throw new ConfigError(`${name} is a key for none of ${ALGORITHMS.join(', ')}`)
  return { algorithms: [algorithm], find: () => Promise.resolve(key) }
}

const ALGORITHM_OF: ReadonlyMap<string, string> = new Map([
  ['rsa', 'RS256'],
  ['ec prime256v1', 'ES256'],
  ['ed25519', 'EdDSA'],
])

function loginOf(
  payload: JWTPayload,
  names: Readonly<Record<string, string>>,
  leeway: number,
  model: Model,
): Login {
  const claims: Record<string, unknown> = {}
  for (const [claim, source] of Object.entries(names)) {
    const value = readClaim(payload, source)
    if (value === undefined || value === null) continue
    // Providers write one role as a text and several as a list, under whichever name.
    if (claim === 'role' && Array.isArray(value)) claims['roles'] = value
    else claims[claim] = claim === 'roles' && typeof value === 'string' ? [value] : value
  }
  // Without its id a caller would be everybody who has none.
  if ('id' in names && claims['id'] === undefined) throw refusedToken()
  try {
    const expiresAt = ((payload.exp ?? 0) + leeway) * 1000
    return { auth: { user: decodeClaims(model, claims) }, expiresAt }
  } catch (cause) {
    throw refusedToken(cause)
  }
}

/** `realm_access.roles` is a claim within a claim, unless the token has one of that very name. */
function readClaim(payload: JWTPayload, source: string): unknown {
  if (Object.hasOwn(payload, source)) return payload[source]
  let at: unknown = payload
  for (const part of source.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined
    at = (at as Readonly<Record<string, unknown>>)[part]
  }
  return at
}
