// What Prisma says of a failed statement, in one shape: from a driver adapter, from a PrismaClient around it, or a
// plain error of the driver below.
import type { MappedError } from '@prisma/driver-adapter-utils'

export interface Fault {
  /** Prisma's word for it: `UniqueConstraintViolation`, or the vendor when it has none. */
  readonly kind: string
  /** SQLite's name or extended number, SQLSTATE, MariaDB's number, or Prisma's `P2028`. */
  readonly code: string
  readonly message: string
  readonly table?: string | undefined
  readonly columns?: readonly string[] | undefined
  readonly index?: string | undefined
}

type Cause = MappedError & { originalCode?: string; originalMessage?: string }

export function readFault(error: unknown): Fault {
  const cause = findCause(error)
  if (cause !== undefined) return fromCause(cause)
  const code = isObject(error) && typeof error['code'] === 'string' ? error['code'] : ''
  return { kind: 'unknown', code, message: error instanceof Error ? error.message : '' }
}

function fromCause(cause: Cause): Fault {
  const all = cause as Record<string, unknown>
  const constraint = isObject(all['constraint']) ? all['constraint'] : {}
  const { fields, index } = constraint
  const column = text(all['column'])
  return {
    kind: cause.kind,
    code: String(cause.originalCode ?? all['code'] ?? all['extendedCode'] ?? ''),
    // MariaDB's pool hides the reason of a failed connection in `cause`.
    message: [cause.originalMessage ?? text(all['message']), text(all['cause'])].join(' ').trim(),
    table: text(all['table']),
    columns: Array.isArray(fields)
      ? fields.map(String)
      : column === undefined
        ? undefined
        : [column],
    index: text(index),
  }
}

function findCause(error: unknown): Cause | undefined {
  if (!isObject(error)) return undefined
  if (error['name'] === 'DriverAdapterError') return asCause(error['cause'])
  const meta = error['meta']
  return isObject(meta) ? findCause(meta['driverAdapterError']) : undefined
}

function asCause(value: unknown): Cause | undefined {
  return isObject(value) && typeof value['kind'] === 'string' ? (value as Cause) : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
