// From one of Prisma's adapters for SQLite to a driver.
import type { Model } from '@proj/dbal-contract'
import {
  createBetterSqliteDriver,
  type BetterSqliteDatabase,
} from '@proj/dbal-adapter-sqlite/driver'
import { dialectFor, type SqlDriver } from '@proj/dbal-sql'
import type { SqlDriverAdapter } from '@prisma/driver-adapter-utils'
import { capabilitiesOf } from './capabilities.ts'
import { createClassifier } from './classify-error.ts'
import type { Opened } from './opened.ts'
import { prismaConnection } from './prisma-connection.ts'
import { createSqliteDriver } from './sqlite-driver.ts'

/** Milliseconds to wait for another process to finish writing. */
const SETTINGS = ['busy_timeout = 5000', 'foreign_keys = ON']
/** Readers go on beside one writer; NORMAL loses nothing when the process dies (sqlite.org/wal.html). */
const FILE_SETTINGS = ['journal_mode = WAL', 'synchronous = NORMAL']

/**
 * Closes the database where it does not answer its first question.
 * @param place `given` by the application, which has its own settings
 */
export async function openSqlite(
  adapter: SqlDriverAdapter,
  model: Model,
  place: 'memory' | 'file' | 'given',
): Promise<Opened> {
  try {
    const connection = prismaConnection(adapter)
    for (const setting of place === 'file' ? [...SETTINGS, ...FILE_SETTINGS] : SETTINGS)
      await connection.all({ text: `PRAGMA ${setting}` }, [])
    return {
      driver: driverOn(adapter, model),
      dialect: dialectFor('sqlite'),
      capabilities: capabilitiesOf({ pools: false, cancels: false, singleConnection: true }),
      isFresh: place === 'memory',
    }
  } catch (error) {
    await adapter.dispose().catch(() => undefined)
    throw error
  }
}

/** On the better-sqlite3 that the adapter holds: its own way prepares every statement anew for each call. */
function driverOn(adapter: SqlDriverAdapter, model: Model): SqlDriver {
  const database = 'client' in adapter ? adapter.client : undefined
  return isBetterSqlite(database)
    ? createBetterSqliteDriver(database, model)
    : createSqliteDriver(adapter, createClassifier(model))
}

function isBetterSqlite(value: unknown): value is BetterSqliteDatabase {
  return (
    typeof value === 'object' &&
    value !== null &&
    'prepare' in value &&
    'defaultSafeIntegers' in value &&
    'pragma' in value
  )
}
