// Who asks, from what the app gives. Claims are read by own keys only and copied, so that nothing the
// caller changes afterwards, and nothing inherited, reaches a rule.
import type { ClaimValue, FieldError, Principal } from '@proj/dbal-contract'
import { invalid, isPlainObject } from '@proj/dbal-contract/base'
import { withHint } from '../query/unknown-name.ts'

export interface UserClaims {
  readonly id?: string | number | bigint
  /** One role; who has `roles` as well has the roles of both. */
  readonly role?: string
  readonly roles?: readonly string[]
  readonly [claim: string]: unknown
}

/** Where tokens are short-lived: the one of the moment. */
export type TokenSource = () => string | undefined | Promise<string | undefined>

export interface Auth {
  readonly user?: UserClaims | undefined
  /** The session's own facts; its token is never a claim. In production a function is asked for it before each hello. */
  readonly session?:
    { readonly token?: string | TokenSource; readonly [key: string]: unknown } | undefined
  /** `$context.<name>`: what the server knows about the request (`tenantId`). */
  readonly context?: Readonly<Record<string, unknown>> | undefined
}

const ANONYMOUS: Principal = freeze({
  system: false,
  roles: [],
  claims: new Map(),
  context: new Map(),
})

export const SYSTEM: Principal = freeze({
  system: true,
  roles: [],
  claims: new Map(),
  context: new Map(),
})

const PARTS: ReadonlySet<string> = new Set(['user', 'session', 'context'])

/**
 * Throws VALIDATION_ERROR for keys that `auth` has not, for claims that are no scalars or lists of scalars, and for
 * a list in `role` or a text in `roles`. Who has both has the roles of both.
 */
export function createPrincipal(auth: Auth | undefined): Principal {
  if (auth === undefined || auth === null) return ANONYMOUS
  const errors: FieldError[] = []
  // One that is still to come, a promise say, would be nobody.
  if (!isPlainObject(auth)) throw invalid([{ field: 'auth', error: 'must be a plain object' }])
  for (const name of Object.keys(auth))
    if (!PARTS.has(name))
      errors.push({ field: `auth.${name}`, error: withHint('is not a known key', name, PARTS) })
  const session = own(auth, 'session')
  if (session !== undefined && session !== null && typeof session !== 'object')
    errors.push({ field: 'auth.session', error: 'must be an object' })
  const claims = readClaims(own(auth, 'user'), 'auth.user', errors)
  const context = readClaims(own(auth, 'context'), 'auth.context', errors)
  const roles = readRoles(claims, errors)
  const id = claims.get('id')
  if (id !== undefined && !isId(id)) {
    errors.push({ field: 'auth.user.id', error: 'must be a string or an integer' })
  }
  if (errors.length > 0) throw invalid(errors)
  if (claims.size === 0 && context.size === 0) return ANONYMOUS
  if (roles.length > 0) claims.set('roles', Object.freeze(roles))
  if (roles.length === 1 && roles[0] !== undefined) claims.set('role', roles[0])
  return freeze({ system: false, ...(isId(id) ? { id } : {}), roles, claims, context })
}

function readClaims(source: unknown, path: string, errors: FieldError[]): Map<string, ClaimValue> {
  const claims = new Map<string, ClaimValue>()
  if (source === undefined || source === null) return claims
  if (typeof source !== 'object' || Array.isArray(source) || source instanceof Promise) {
    errors.push({ field: path, error: 'must be an object' })
    return claims
  }
  for (const [name, value] of Object.entries(source)) {
    if (value === undefined || value === null) continue
    const list = Array.isArray(value)
    if (name !== 'role' && list && value.every(isScalar))
      claims.set(name, Object.freeze(value.map(copyScalar)))
    else if (!list && isScalar(value)) claims.set(name, copyScalar(value))
    else errors.push({ field: `${path}.${name}`, error: expected(name) })
  }
  return claims
}

function readRoles(claims: ReadonlyMap<string, ClaimValue>, errors: FieldError[]): string[] {
  const roles: string[] = []
  for (const name of ['role', 'roles']) {
    const claim = claims.get(name)
    if (claim === undefined) continue
    const isList = Array.isArray(claim)
    const list: readonly unknown[] = isList ? claim : [claim]
    const fits = isList === (name === 'roles') && list.every((role) => typeof role === 'string')
    if (fits) roles.push(...list)
    else errors.push({ field: `auth.user.${name}`, error: expected(name) })
  }
  return [...new Set(roles)]
}

function expected(name: string): string {
  if (name === 'role') return 'must be one role; use roles for several'
  return name === 'roles' ? 'must be a list of names' : 'must be a scalar or a list of scalars'
}

function own(source: object, key: string): unknown {
  return Object.hasOwn(source, key) ? (source as Record<string, unknown>)[key] : undefined
}

type Scalar = string | number | bigint | boolean | Date

function isScalar(value: unknown): value is Scalar {
  const type = typeof value
  if (type === 'number') return Number.isFinite(value)
  if (value instanceof Date) return !Number.isNaN(value.getTime())
  return type === 'string' || type === 'bigint' || type === 'boolean'
}

/** A Date is the one scalar that can be changed afterwards. */
function copyScalar(value: Scalar): Scalar {
  return value instanceof Date ? new Date(value.getTime()) : value
}

function isId(value: unknown): value is string | number | bigint {
  return typeof value === 'string' || typeof value === 'bigint' || Number.isInteger(value)
}

function freeze(principal: Principal): Principal {
  return Object.freeze(principal)
}
