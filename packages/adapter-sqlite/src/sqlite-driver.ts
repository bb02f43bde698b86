// SQLite in process: one connection, statements prepared once. While no transaction is open a statement
// runs at once and answers synchronously; otherwise it waits its turn and never joins.
import { conflict, type DBALError, type StopSignal } from '@proj/dbal-contract'
import {
  createPool,
  type Lease,
  type SqlDriver,
  type SqlSession,
  type SqlStatement,
  type SqlTransaction,
} from '@proj/dbal-sql'
import type { PreparedStatement, SqliteDatabase } from './database.ts'

export function createSqliteDriver(
  database: SqliteDatabase,
  classify: (error: unknown) => DBALError,
): SqlDriver {
  const prepared = new WeakMap<SqlStatement, PreparedStatement>()
  const pool = createPool({ size: 1, open: () => database, close: () => undefined })
  let closed: Promise<void> | undefined
  /** Transactions open or waiting for their turn. */
  let transactions = 0

  const prepare = (statement: SqlStatement): PreparedStatement => {
    let ready = prepared.get(statement)
    if (ready === undefined) {
      ready = database.prepare(statement)
      prepared.set(statement, ready)
    }
    return ready
  }

  // A statement blocks the process while it runs, so a signal is looked at before it only.
  const now = <T>(work: () => T, signal: StopSignal | undefined): T => {
    signal?.throwIfAborted()
    try {
      return work()
    } catch (error) {
      throw classify(error)
    }
  }

  const session: SqlSession = {
    all: (statement, binds, signal) => now(() => prepare(statement).all(binds), signal),
    run: (statement, binds, signal) => now(() => prepare(statement).run(binds), signal),
  }

  const single = <T>(work: () => T, signal: StopSignal | undefined): T | Promise<T> =>
    transactions === 0 && closed === undefined
      ? now(work, signal)
      : pool.use(async () => now(work, signal), signal)

  const begin = async (
    word: string,
    signal: StopSignal | undefined,
    isSchemaChange = false,
  ): Promise<SqlTransaction> => {
    transactions += 1
    let lease: Lease<SqliteDatabase> | undefined
    try {
      lease = await pool.acquire(signal)
      // Tables are rebuilt by copying, which foreign keys must not undo; once a transaction is open
      // the pragma does nothing.
      if (isSchemaChange) database.exec('PRAGMA foreign_keys = OFF')
      now(() => database.exec(word), signal)
      return openTransaction(lease, isSchemaChange)
    } catch (error) {
      transactions -= 1
      if (isSchemaChange && lease !== undefined) database.exec('PRAGMA foreign_keys = ON')
      lease?.release()
      throw error
    }
  }

  const openTransaction = (
    lease: Lease<SqliteDatabase>,
    isSchemaChange: boolean,
  ): SqlTransaction => {
    const end = (): void => {
      transactions -= 1
      if (isSchemaChange) database.exec('PRAGMA foreign_keys = ON')
      lease.release()
    }
    const rollback = (): void => {
      try {
        database.exec('ROLLBACK')
      } catch {
        // SQLite has rolled back by itself (a full disk, say): nothing is open any more.
      }
      end()
    }
    return {
      all: session.all,
      run: session.run,
      rollback,
      commit: () => {
        try {
          if (isSchemaChange) checkForeignKeys()
          now(() => database.exec('COMMIT'), undefined)
        } catch (error) {
          rollback()
          throw error
        }
        end()
      },
    }
  }

  /** What was not enforced while tables changed must hold when they have. */
  const checkForeignKeys = (): void => {
    if (database.records('PRAGMA foreign_key_check').length > 0) throw conflict([], 'foreign_key')
  }

  return {
    all: (statement, binds, signal) => single(() => prepare(statement).all(binds), signal),
    run: (statement, binds, signal) => single(() => prepare(statement).run(binds), signal),
    // The write lock at once: a transaction that has read cannot get it after another one wrote.
    begin: ({ signal }) => begin(database.readonly ? 'BEGIN' : 'BEGIN IMMEDIATE', signal),
    beginSchemaChange: () => begin('BEGIN IMMEDIATE', undefined, true),
    // A deferred transaction takes no lock to read, and sees nothing of other processes until it ends.
    snapshot: async (work, { signal }) => {
      const transaction = await begin('BEGIN', signal)
      try {
        return await work(transaction)
      } finally {
        await transaction.rollback()
      }
    },
    records: (text) => single(() => database.records(text), undefined),
    classify,
    // Statements that ran at once have never asked the pool for the database.
    close: () => (closed ??= pool.close().then(() => database.close())),
  }
}
