import type { Binds, Cells } from '@proj/dbal-sql'
import type { OpenFlags, SqliteDatabase, SqliteLibrary } from './database.ts'

/** The part of better-sqlite3's interface that libsql has too. */
export interface BetterSqliteModule {
  new (path: string, options?: { readonly readonly?: boolean }): BetterSqliteDatabase
}

export interface BetterSqliteDatabase {
  prepare(text: string): BetterSqliteStatement
  exec(text: string): unknown
  close(): unknown
}

interface BetterSqliteStatement {
  readonly reader: boolean
  raw(toggle: boolean): BetterSqliteStatement
  safeIntegers(toggle: boolean): BetterSqliteStatement
  all(binds: Binds): Cells[]
  get(binds: Binds): Cells | undefined
  run(binds: Binds): { readonly changes: number | bigint }
}

export function openLikeBetterSqlite(
  Database: BetterSqliteModule,
  library: SqliteLibrary,
  path: string,
  { readonly }: OpenFlags,
): SqliteDatabase {
  const database = readonly ? new Database(path, { readonly }) : new Database(path)
  return likeBetterSqlite(database, library, readonly)
}

export function likeBetterSqlite(
  database: BetterSqliteDatabase,
  library: SqliteLibrary,
  readonly: boolean,
): SqliteDatabase {
  return {
    library,
    readonly,
    prepare: ({ text, bigints = false, single = false }) => {
      const statement = database.prepare(text)
      // Said of each: whoever opened the database may have asked for bigints everywhere.
      statement.safeIntegers(bigints)
      if (statement.reader) statement.raw(true)
      const one = (binds: Binds): readonly Cells[] => {
        const row = statement.get(binds)
        return row === undefined ? [] : [row]
      }
      return {
        all: single ? one : (binds) => statement.all(binds),
        run: (binds) => Number(statement.run(binds).changes),
      }
    },
    exec: (text) => void database.exec(text),
    records: (text) => {
      const statement = database.prepare(text)
      if (statement.reader)
        return statement.safeIntegers(false).all([]) as unknown as Record<string, unknown>[]
      // A pragma that only sets something.
      statement.run([])
      return []
    },
    close: () => void database.close(),
  }
}
