// SQLite through Prisma's adapter: one connection, held in turn. Prisma's own adapter lets an outside statement join
// an open transaction and vanish with its rollback, so nothing reaches it without the turn.
import type { StopSignal } from '@proj/dbal-contract'
import {
  createPool,
  type SqlDriver,
  type SqlSession,
  type SqlStatement,
  type SqlTransaction,
} from '@proj/dbal-sql'
import type { SqlDriverAdapter } from '@prisma/driver-adapter-utils'
import type { Classify } from './classify-error.ts'
import { prismaConnection } from './prisma-connection.ts'
import { createTransaction } from './transaction.ts'

/** The write lock at once: a transaction that has read cannot get it after another one wrote. */
const WRITE = ['BEGIN IMMEDIATE']
const READ = ['BEGIN']
/** Tables are rebuilt by copying, which foreign keys must not undo; the switch works outside of transactions only. */
const CHANGE_TABLES = ['PRAGMA foreign_keys = OFF', ...WRITE]
const AFTER_CHANGE = 'PRAGMA foreign_keys = ON'

export function createSqliteDriver(adapter: SqlDriverAdapter, classify: Classify): SqlDriver {
  const connection = prismaConnection(adapter)
  const pool = createPool({ size: 1, open: () => adapter, close: () => undefined })
  let closed: Promise<void> | undefined

  // A statement blocks the process while it runs, so a signal is looked at before it only.
  const session: SqlSession = {
    all: (statement, binds, signal) => {
      signal?.throwIfAborted()
      return connection.all(statement, binds)
    },
    run: (statement, binds, signal) => {
      signal?.throwIfAborted()
      return connection.run(statement, binds)
    },
  }

  const single = async <T>(
    statement: SqlStatement,
    signal: StopSignal | undefined,
    work: () => T | Promise<T>,
  ): Promise<T> => {
    const lease = await pool.acquire(signal)
    try {
      return await work()
    } catch (error) {
      throw classify(error, statement)
    } finally {
      lease.release()
    }
  }

  /** `after` is run before anybody else has the connection, whatever becomes of the transaction. */
  const begin = async (
    before: readonly string[],
    signal?: StopSignal,
    after?: string,
  ): Promise<SqlTransaction> => {
    const lease = await pool.acquire(signal)
    const finish = async (): Promise<void> => {
      if (after !== undefined) await connection.command(after)
    }
    try {
      for (const text of before) await connection.command(text)
    } catch (error) {
      await finish().catch(() => undefined)
      lease.release()
      throw classify(error)
    }
    return createTransaction(
      {
        ...session,
        commit: () => connection.command('COMMIT').then(finish),
        rollback: async () => {
          try {
            await connection.command('ROLLBACK')
          } finally {
            // Also where SQLite has rolled back by itself, so that there was nothing to end.
            await finish()
          }
        },
        release: () => lease.release(),
      },
      classify,
    )
  }

  return {
    all: (statement, binds, signal) =>
      single(statement, signal, () => session.all(statement, binds, signal)),
    run: (statement, binds, signal) =>
      single(statement, signal, () => session.run(statement, binds, signal)),
    begin: ({ signal }) => begin(WRITE, signal),
    beginSchemaChange: () => begin(CHANGE_TABLES, undefined, AFTER_CHANGE),
    snapshot: async (work, { signal }) => {
      const transaction = await begin(READ, signal)
      try {
        return await work(transaction)
      } finally {
        await transaction.rollback()
      }
    },
    records: (text) => pool.use(() => connection.records(text)),
    classify: (error) => classify(error),
    // The settings were made without the pool, which may never have been asked for the connection.
    close: () => (closed ??= pool.close().then(() => adapter.dispose())),
  }
}
