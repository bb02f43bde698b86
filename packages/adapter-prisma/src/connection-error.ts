// Errors of the connection rather than of a statement: what to tell the caller, and whether to try again.
import { DBALError } from '@proj/dbal-contract'
import { readFault, type Fault } from './fault.ts'

interface Rule {
  readonly kinds?: readonly string[]
  readonly codes?: readonly string[]
  readonly message?: RegExp
  readonly reason: string
}

/** The first that fits decides: Prisma's kind of the error, the server's code, or the text, which MariaDB's pool wraps. */
const RULES: readonly Rule[] = [
  {
    kinds: ['AuthenticationFailed', 'DatabaseAccessDenied'],
    codes: ['28P01', '28000', '1044', '1045'],
    message: /no: 104[45]\b|password must be a string/,
    reason: 'the database refused the login',
  },
  {
    kinds: ['DatabaseDoesNotExist'],
    codes: ['3D000', '1049'],
    message: /no: 1049\b/,
    reason: 'the database does not exist',
  },
  {
    kinds: ['TooManyConnections'],
    codes: ['53300', '1040', '1203'],
    message: /no: 1040\b/,
    reason: 'the database has no connection left',
  },
  {
    kinds: ['TlsConnectionError'],
    message: /\bcertificate\b|SSL connection/,
    reason: 'the connection could not be secured',
  },
  {
    kinds: ['DatabaseNotReachable', 'SocketTimeout'],
    message: /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|timeout exceeded when trying|pool timeout/,
    reason: 'the database cannot be reached',
  },
  {
    // 1792 is ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION.
    message: /readonly database|read-only|no: 1792\b|READ ONLY transaction/,
    reason: 'the database is open for reading only',
  },
  { message: /database or disk is full/, reason: 'the disk is full' },
  { message: /disk I\/O error/, reason: 'the file cannot be read or written' },
  { message: /file is not a database|malformed/, reason: 'the file is not a SQLite database' },
  {
    message: /unable to open|directory does not exist|CANTOPEN/i,
    reason: 'the file cannot be opened',
  },
]

/** DATABASE_ERROR with a reason that names neither host nor login. */
export function classifyConnection(error: unknown): DBALError {
  const { kind, code, message } = readFault(error)
  const rule = RULES.find(
    (candidate) =>
      candidate.kinds?.includes(kind) === true ||
      candidate.codes?.includes(code) === true ||
      candidate.message?.test(message) === true,
  )
  return new DBALError('DATABASE_ERROR', {
    ...(rule === undefined ? {} : { details: { reason: rule.reason } }),
    cause: error,
  })
}

// admin_shutdown, crash_shutdown, cannot_connect_now, idle_session_timeout, connection failures; ER_CONNECTION_KILLED,
// ER_SERVER_SHUTDOWN, and the connector's own codes for a closed socket.
const LOST_CODES =
  /^(?:57P0[1-5]|25P03|08...|1927|1053|2006|2013|4500[1-9]|4501\d|ECONNRESET|EPIPE)$/
const LOST_TEXT = /Connection terminated|not queryable|Client was closed|Client has encountered/

/** The connection is gone, and with it what it had not committed. */
export function isConnectionLost(error: unknown): boolean {
  const fault = readFault(error)
  return (
    fault.kind === 'ConnectionClosed' ||
    LOST_CODES.test(fault.code) ||
    LOST_TEXT.test(driverText(fault))
  )
}

const UNSENT_CODES: ReadonlySet<string> = new Set(['57P01', '1927', '45013', 'EPIPE'])
const UNSENT_TEXT = /not queryable|Client was closed/

/** The server did not run the statement, so that it may be sent again over another connection. */
export function isUnsent(error: unknown): boolean {
  const fault = readFault(error)
  const isStalePlan = fault.message.startsWith('cached plan must not change')
  return isStalePlan || UNSENT_CODES.has(fault.code) || UNSENT_TEXT.test(driverText(fault))
}

/** The connection serves nobody any more. */
export function isStale(error: unknown): boolean {
  return isConnectionLost(error) || isUnsent(error)
}

/** The driver's own words: the text of an error that the server has a code for holds values of callers. */
function driverText({ code, message }: Fault): string {
  return code === '' ? message : ''
}
