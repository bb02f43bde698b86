// The few statements that a driver itself sends to a server.
import type { IsolationLevel } from '@proj/dbal-contract'
import type { Step } from '@proj/dbal-sql'
import { ownStep } from './connection.ts'
import { becomeSystem, type RowSecurity } from './row-security.ts'

export interface ServerWords {
  /** Run once a connection. */
  readonly setup: readonly string[]
  readonly connectionId: string
  cancel(connectionId: string): string
  begin(level: string | undefined): readonly Step[]
  /** What is around a write that is a transaction of its own over one state of the database. */
  readonly isolated?: readonly [before: Step, after: Step]
}

const LEVELS = {
  read_committed: 'READ COMMITTED',
  repeatable_read: 'REPEATABLE READ',
  serializable: 'SERIALIZABLE',
} as const

export function isolationLevel(level: IsolationLevel | undefined): string | undefined {
  return level === undefined ? undefined : LEVELS[level]
}

const BEGIN = [ownStep('BEGIN')]

const ISOLATED = [ownStep('BEGIN ISOLATION LEVEL REPEATABLE READ'), ownStep('COMMIT')] as const

export interface PostgresqlOptions {
  /** Its parameter `schema` is Prisma's way to name the search path. */
  readonly url?: string | undefined
  readonly rowSecurity?: RowSecurity | undefined
  /** Not of another product that speaks as it does, whose levels of isolation are its own. */
  readonly isItself: boolean
}

export function postgresqlWords(options: PostgresqlOptions): ServerWords {
  const { url = '', rowSecurity, isItself } = options
  const schema = URL.canParse(url) ? new URL(url).searchParams.get('schema') : null
  return {
    setup: [
      ...(schema === null ? [] : [`SET search_path TO "${schema.replaceAll('"', '""')}"`]),
      ...(rowSecurity === undefined ? [] : [becomeSystem(rowSecurity)]),
    ],
    connectionId: 'SELECT pg_backend_pid()',
    cancel: (id) => `SELECT pg_cancel_backend(${Number(id)})`,
    begin: (level) => (level === undefined ? BEGIN : [ownStep(`BEGIN ISOLATION LEVEL ${level}`)]),
    ...(isItself ? { isolated: ISOLATED } : {}),
  }
}

/** Strict, so that no value is stored as another one; backslash escapes, as the compiled LIKE expects. */
const SQL_MODE =
  'STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'

export function mysqlWords(): ServerWords {
  return {
    setup: [`SET SESSION sql_mode = '${SQL_MODE}', SESSION time_zone = '+00:00'`],
    connectionId: 'SELECT CONNECTION_ID()',
    cancel: (id) => `KILL QUERY ${Number(id)}`,
    begin: (level) => [
      ...(level === undefined ? [] : [ownStep(`SET TRANSACTION ISOLATION LEVEL ${level}`)]),
      ownStep('START TRANSACTION'),
    ],
  }
}
