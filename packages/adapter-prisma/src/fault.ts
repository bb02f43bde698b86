// What is said of a failed statement, in one shape: by a driver adapter of Prisma's, by a PrismaClient around it, or
// by the driver below.
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
  return isObject(error) ? fromDriver(error) : { kind: 'unknown', code: '', message: '' }
}

/** Of pg, as the server's error fields; of the mariadb driver, whose numbers are more exact than its names. */
function fromDriver(error: Readonly<Record<string, unknown>>): Fault {
  const { errno, code, sqlMessage, cause, column } = error
  const isMariadb = 'sqlMessage' in error
  const message = isMariadb ? [text(sqlMessage), messageOf(cause)] : [messageOf(error)]
  return {
    kind: 'unknown',
    code: isMariadb ? String(errno) : (text(code) ?? ''),
    message: message.join(' ').trim(),
    table: text(error['table']),
    columns: typeof column === 'string' ? [column] : undefined,
    index: text(error['constraint']),
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : ''
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
