// The few statements that a driver itself sends to a server.
import type { IsolationLevel } from '@proj/dbal-contract'
import { ownStep, type Step } from './connection.ts'
import { becomeSystem, type RowSecurity } from './row-security.ts'

export interface ServerWords {
  /** Run once a connection. */
  readonly setup: readonly string[]
  readonly connectionId: string
  cancel(connectionId: string): string
  begin(level: string | undefined): readonly Step[]
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

/** @param url its parameter `schema` is Prisma's way to name the search path */
export function postgresqlWords(url = '', rowSecurity?: RowSecurity): ServerWords {
  const schema = URL.canParse(url) ? new URL(url).searchParams.get('schema') : null
  return {
    setup: [
      ...(schema === null ? [] : [`SET search_path TO "${schema.replaceAll('"', '""')}"`]),
      ...(rowSecurity === undefined ? [] : [becomeSystem(rowSecurity)]),
    ],
    connectionId: 'SELECT pg_backend_pid()',
    cancel: (id) => `SELECT pg_cancel_backend(${Number(id)})`,
    begin: (level) => (level === undefined ? BEGIN : [ownStep(`BEGIN ISOLATION LEVEL ${level}`)]),
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
