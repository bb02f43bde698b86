import type { Adapter, Model } from '@proj/dbal-contract'
import { createSchema, createSqlAdapter, sqlite } from '@proj/dbal-sql'
import { SQLITE_CAPABILITIES } from './capabilities.ts'
import { createClassifier } from './classify-error.ts'
import type { SqliteDatabase, SqliteLibrary } from './database.ts'
import { openDatabase } from './load-sqlite.ts'
import { readLocation } from './read-location.ts'
import { createSqliteDriver } from './sqlite-driver.ts'

export interface SqliteOptions {
  readonly model: Model
  /** `file:PATH`, PATH (from the working directory) or `:memory:`. */
  readonly url?: string | undefined
  /** A file, where there is no url. */
  readonly path?: string | undefined
  readonly readonly?: boolean | undefined
  /** The library to use; the first that loads when it is left out. */
  readonly driver?: SqliteLibrary | undefined
  /** Milliseconds to wait for another process to finish writing; 5000 by default. */
  readonly busyTimeoutMs?: number | undefined
}

/**
 * Opens a SQLite file, or a database in memory, which is brought to the model. Throws VALIDATION_ERROR
 * for a url of another kind, DATABASE_ERROR when the file cannot be opened, and
 * CAPABILITY_NOT_SUPPORTED when no library for SQLite is installed.
 */
export async function openSqlite(options: SqliteOptions): Promise<Adapter> {
  const { model } = options
  const path = readLocation(options.url ?? options.path ?? ':memory:')
  const classify = createClassifier(model)
  let database: SqliteDatabase
  try {
    database = openDatabase(
      path ?? ':memory:',
      { readonly: options.readonly === true },
      options.driver,
    )
    configure(database, path, options)
  } catch (error) {
    throw classify(error)
  }
  const adapter = createSqlAdapter({
    name: 'sqlite',
    model,
    dialect: sqlite,
    driver: createSqliteDriver(database, classify),
    capabilities: SQLITE_CAPABILITIES,
  })
  if (path === undefined) await adapter.schema?.apply(createSchema(model, sqlite))
  return adapter
}

function configure(
  database: SqliteDatabase,
  path: string | undefined,
  { busyTimeoutMs = 5000, readonly }: SqliteOptions,
): void {
  database.exec(`PRAGMA busy_timeout = ${Math.max(0, Math.trunc(busyTimeoutMs))}`)
  database.exec('PRAGMA foreign_keys = ON')
  // libsql opens for writing whatever it is told.
  if (readonly === true) database.exec('PRAGMA query_only = ON')
  if (path === undefined || readonly === true) {
    // A file that is no database is found out here, not at the first call.
    database.exec('SELECT count(*) FROM sqlite_schema')
    return
  }
  // Readers go on beside one writer; NORMAL loses nothing when the process dies (sqlite.org/wal.html).
  database.exec('PRAGMA journal_mode = WAL')
  database.exec('PRAGMA synchronous = NORMAL')
}
