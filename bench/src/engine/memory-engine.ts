import type { Model } from '@proj/dbal-contract'
import { createSchema, dialectFor } from '@proj/dbal-sql'
import { packageVersion } from '../peer/package-version.ts'
import { databaseOf, type Engine } from './engine.ts'

const LIBRARIES = { sqlite: 'better-sqlite3', duckdb: '@duckdb/node-api' } as const

/** Each place is a database in memory, which the peer's connection makes. */
export function memoryEngine(name: 'sqlite' | 'duckdb' | 'bridge', model: Model): Engine {
  const database = databaseOf(name) as keyof typeof LIBRARIES
  const library = LIBRARIES[database]
  return {
    name,
    version: `in memory, ${library} ${packageVersion(library)}`,
    makePlace: () =>
      Promise.resolve({
        url: ':memory:',
        statements: createSchema(model, dialectFor(database)),
        tidy: () => Promise.resolve(),
        remove: () => Promise.resolve(),
      }),
    close: () => Promise.resolve(),
  }
}
