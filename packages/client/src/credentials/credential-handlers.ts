// `verify` and `set` of an entity that keeps a password's hash: argon2id, parameters of OWASP's
// password storage cheat sheet (19 MiB, 2 passes, 1 lane).
import { DBALError, isDBALError } from '@proj/dbal-contract'
import type { Entity, OperationSpec } from '@proj/dbal-schema'
import type { HandlerContext, OperationHandler } from '../config/client-config.ts'

const OPTIONS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const
const MAX_PASSWORD_BYTES = 1024

/** The handler for an operation of this shape; undefined where the app has to bring its own. */
export function credentialHandler(
  entity: Entity,
  operation: OperationSpec,
): OperationHandler | undefined {
  const hashField = entity.security.neverExpose.find((name) => /hash/i.test(name))
  const names = operation.input.map((input) => input.name)
  const key = operation.input.find((input) => isUnique(entity, input.field))?.field
  if (hashField === undefined || key === undefined || !names.includes('password')) return undefined
  if (operation.output.kind !== 'scalar' || operation.output.type !== 'boolean') return undefined
  const credential = { entity: entity.name, key, hashField }
  if (operation.name === 'set') return (context) => setPassword(context, credential)
  if (operation.name !== 'verify') return undefined
  const handler: OperationHandler = (context) => verify(context, credential)
  secrets.set(handler, [hashField])
  return handler
}

const secrets = new WeakMap<OperationHandler, readonly string[]>()

/** Never-exposed fields that a handler of ours is given, whether or not its operation declares them. */
export function secretsOf(handler: OperationHandler): readonly string[] {
  return secrets.get(handler) ?? []
}

interface Credential {
  readonly entity: string
  readonly key: string
  readonly hashField: string
}

function isUnique(entity: Entity, field: string | undefined): boolean {
  return entity.uniques.some((key) => key.length === 1 && key[0] === field)
}

/** True, or UNAUTHORIZED: the same answer, after the same work, for a wrong password and no such user. */
async function verify(
  { input, readSecret }: HandlerContext,
  { key, hashField }: Credential,
): Promise<boolean> {
  const { hash, verify: matches } = await import('@node-rs/argon2')
  const found = await readSecret({ [key]: input[key] })
  const stored = found?.[hashField]
  const password = readPassword(input)
  const against = typeof stored === 'string' ? stored : await decoy(hash)
  const right = await matches(against, password).catch(() => false)
  if (!right || stored === undefined) throw new DBALError('UNAUTHORIZED')
  return true
}

async function setPassword(
  { input, system }: HandlerContext,
  { entity, key, hashField }: Credential,
): Promise<boolean> {
  const { hash } = await import('@node-rs/argon2')
  const value = await hash(readPassword(input), OPTIONS)
  const data = { [hashField]: value }
  const where = { [key]: input[key] }
  const upsert = { where, create: { ...where, ...data }, update: data }
  try {
    await system.call({ entity, action: 'upsert', input: upsert })
  } catch (error) {
    const orphan = isDBALError(error) && error.details?.conflict === 'foreign_key'
    throw orphan ? new DBALError('NOT_FOUND', { cause: error }) : error
  }
  return true
}

let decoyHash: Promise<string> | undefined

/** A hash no password has, checked when there is none, so that time does not tell. */
function decoy(
  hash: (password: string, options: typeof OPTIONS) => Promise<string>,
): Promise<string> {
  decoyHash ??= hash(crypto.randomUUID(), OPTIONS)
  return decoyHash
}

/** Bounded, since hashing costs by length. */
function readPassword(input: Readonly<Record<string, unknown>>): string {
  const { password } = input
  if (
    typeof password === 'string' &&
    Buffer.byteLength(password) <= MAX_PASSWORD_BYTES &&
    password !== ''
  ) {
    return password
  }
  throw new DBALError('VALIDATION_ERROR', {
    details: { fields: [{ field: 'password', error: `must be 1 to ${MAX_PASSWORD_BYTES} bytes` }] },
  })
}
