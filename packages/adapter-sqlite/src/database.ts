// One small interface over three libraries that speak to SQLite in process.
import type { Binds, Cells, SqlStatement } from '@proj/dbal-sql'

export interface PreparedStatement {
  all(binds: Binds): readonly Cells[]
  /** Rows inserted, matched or deleted. */
  run(binds: Binds): number
}

export interface SqliteDatabase {
  readonly library: SqliteLibrary
  readonly readonly: boolean
  prepare(statement: SqlStatement): PreparedStatement
  exec(text: string): void
  /** Rows of a statement that is run once, by column name. */
  records(text: string): readonly Readonly<Record<string, unknown>>[]
  close(): void
}

export type SqliteLibrary = 'better-sqlite3' | 'node:sqlite' | 'libsql'

export interface OpenFlags {
  readonly readonly: boolean
}
