// For whoever has a better-sqlite3 open already: DBAL's statements on it, prepared once.
import type { Model } from '@proj/dbal-contract'
import type { SqlDriver } from '@proj/dbal-sql'
import { createClassifier } from './classify-error.ts'
import { likeBetterSqlite, type BetterSqliteDatabase } from './open-like-better-sqlite.ts'
import { createSqliteDriver } from './sqlite-driver.ts'

export type { BetterSqliteDatabase } from './open-like-better-sqlite.ts'

/** The database is the driver's from now on, and closed with it. */
export function createBetterSqliteDriver(database: BetterSqliteDatabase, model: Model): SqlDriver {
  return createSqliteDriver(
    likeBetterSqlite(database, 'better-sqlite3', false),
    createClassifier(model),
  )
}
