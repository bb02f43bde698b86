import type { Adapter, Model } from '@proj/dbal-contract'
import { createSchema, createSqlAdapter, dialectFor } from '@proj/dbal-sql'
import { DUCKDB_CAPABILITIES } from './capabilities.ts'
import { createClassifier } from './classify-error.ts'
import { openDatabase, type DatabaseSettings } from './database.ts'
import { loadBinding, loadDuck } from './duck.ts'
import { createDuckdbDriver } from './duckdb-driver.ts'
import { readLocation } from './read-location.ts'

export interface DuckdbOptions extends DatabaseSettings {
  readonly model: Model
  /** `duckdb:PATH`, PATH (from the working directory) or `:memory:`. */
  readonly url?: string | undefined
  /** A file, where there is no url. */
  readonly path?: string | undefined
}

/**
 * Opens a DuckDB file, or a database in memory, which is brought to the model. Two adapters on one file share it.
 * Throws VALIDATION_ERROR for a url of another kind, and DATABASE_ERROR when the file is locked by another process,
 * is no DuckDB database or cannot be opened.
 */
export async function openDuckdb(options: DuckdbOptions): Promise<Adapter> {
  const { model } = options
  const path = readLocation(options.url ?? options.path ?? ':memory:')
  const duck = await loadDuck()
  const binding = await loadBinding()
  const database = await openDatabase(duck, path, options).catch((error: unknown) => {
    throw createClassifier(model)(error)
  })
  const dialect = dialectFor('duckdb')
  const driver = createDuckdbDriver({ duck, binding, database, model, dialect })
  const adapter = createSqlAdapter({
    name: 'duckdb',
    model,
    dialect,
    driver,
    capabilities: DUCKDB_CAPABILITIES,
  })
  if (path === undefined) await adapter.schema?.apply(createSchema(model, dialect))
  return adapter
}
