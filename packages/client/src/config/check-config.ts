// Mistakes in a config that can be told without opening anything. What depends on the contract or the
// database is said by the first call.
import { isProduction } from '#platform/environment'
import type { FieldError } from '@proj/dbal-contract'
import { DBALError, isPlainObject } from '@proj/dbal-contract/base'
import { AuditMemory } from '../audit/audit-memory.ts'
import { withHint } from '../query/unknown-name.ts'
import type { ClientConfig } from './client-config.ts'

type Check = (value: unknown) => string | undefined

const ADAPTERS = ['prisma', 'sqlite', 'duckdb', 'memory']

const text: Check = (value) => (typeof value === 'string' ? undefined : 'must be a text')
const code: Check = (value) => (typeof value === 'function' ? undefined : 'must be a function')
const object: Check = (value) =>
  typeof value === 'object' && value !== null ? undefined : 'must be an object'
const oneOf =
  (...known: readonly unknown[]): Check =>
  (value) =>
    known.includes(value) ? undefined : `must be one of ${known.join(', ')}`
const positive: Check = (value) =>
  typeof value === 'number' && value > 0 && Number.isFinite(value)
    ? undefined
    : 'must be a number above 0'

const auditSink: Check = (value) =>
  value === 'database' ||
  typeof value === 'function' ||
  value instanceof AuditMemory ||
  (isPlainObject(value) && typeof value['file'] === 'string' && value['file'] !== '')
    ? undefined
    : "must be 'database', { file: PATH }, an AuditMemory or a function"
const secret: Check = (value) =>
  typeof value === 'string' && value.length >= 16
    ? undefined
    : 'must be a text of 16 characters or more'

const systemRole: Check = (value) =>
  isPlainObject(value) &&
  Object.keys(value).join() === 'systemRole' &&
  text(value['systemRole']) === undefined
    ? undefined
    : 'must be { systemRole: ROLE }'

/** A check for each key, or the keys of an object. */
type Shape = ReadonlyMap<string, Check | Shape>

const SHAPE: Shape = new Map<string, Check | Shape>([
  ['workspace', text],
  ['schema', object],
  ['mode', oneOf('development', 'production')],
  [
    'adapter',
    (value) =>
      ADAPTERS.includes(value as string) || isAdapter(value)
        ? undefined
        : `must be one of ${ADAPTERS.join(', ')}, or an adapter`,
  ],
  [
    'database',
    new Map<string, Check>([
      ['url', text],
      ['poolSize', positive],
      ['rls', systemRole],
    ]),
  ],
  ['prisma', object],
  ['endpoint', text],
  [
    'remote',
    new Map<string, Check | Shape>([
      ['open', code],
      ['transport', oneOf('auto', 'websocket', 'http')],
      ['encoding', oneOf('json', 'cbor')],
      ['keys', oneOf('auto', 'explicit')],
      ['connectTimeoutMs', positive],
      ['offlineQueue', positive],
      [
        'backoff',
        new Map([
          ['minMs', positive],
          ['maxMs', positive],
        ]),
      ],
    ]),
  ],
  // Its own reader judges it.
  ['auth', () => undefined],
  [
    'security',
    new Map<string, Check>([
      ['sandbox', oneOf('strict', 'permissive', 'disabled')],
      ['enableAuditLog', oneOf(true, false)],
      ['auditSink', auditSink],
      ['auditKey', secret],
      ['cursorSecret', text],
    ]),
  ],
  ['idempotency', new Map([['retentionHours', positive]])],
  ['state', new Map([['url', text]])],
  [
    'performance',
    new Map([
      ['queryTimeoutMs', positive],
      ['maxQueryComplexity', positive],
    ]),
  ],
  ['operations', object],
  ['rules', object],
  ['missingCode', oneOf('refuse', 'defer')],
  ['onQuery', code],
  ['onError', code],
  ['now', code],
])

/** Throws VALIDATION_ERROR that lists every mistake; a key that is undefined is absent. */
export function checkConfig(config: ClientConfig): void {
  const errors: FieldError[] = []
  if (isPlainObject(config)) {
    check(config, SHAPE, '', errors)
    checkSandbox(config, errors)
    checkTransport(config, errors)
  } else errors.push({ field: 'config', error: 'must be an object' })
  if (errors.length > 0) throw invalidConfig(errors)
}

export function invalidConfig(fields: readonly FieldError[], cause?: unknown): DBALError {
  const reason = 'the client config is not valid'
  return new DBALError('VALIDATION_ERROR', { details: { reason, fields }, cause })
}

/** What is not scanned may be stored, so it must not happen where it is kept. */
function checkSandbox({ mode, security }: ClientConfig, errors: FieldError[]): void {
  const isDevelopment = mode !== 'production' && !isProduction()
  if (isPlainObject(security) && security['sandbox'] === 'disabled' && !isDevelopment) {
    errors.push({
      field: 'security.sandbox',
      error: "is 'disabled', which is for development only",
    })
  }
}

/** A wire that is given is the way already. */
function checkTransport({ remote }: ClientConfig, errors: FieldError[]): void {
  if (!isPlainObject(remote) || remote['open'] === undefined) return
  if (remote['transport'] !== undefined)
    errors.push({ field: 'remote.transport', error: 'cannot be given with remote.open' })
}

function check(
  given: Readonly<Record<string, unknown>>,
  shape: Shape,
  path: string,
  errors: FieldError[],
): void {
  for (const [name, value] of Object.entries(given)) {
    const field = `${path}${name}`
    const known = shape.get(name)
    if (known === undefined) {
      errors.push({ field, error: withHint('is not a known option', name, shape.keys()) })
    } else if (value === undefined) continue
    else if (typeof known !== 'function') {
      if (isPlainObject(value)) check(value, known, `${field}.`, errors)
      else errors.push({ field, error: 'must be an object' })
    } else {
      const error = known(value)
      if (error !== undefined) errors.push({ field, error })
    }
  }
}

function isAdapter(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'run' in value && 'transaction' in value
}
