// An open transaction, whoever holds its connection. What servers hide is remembered here: PostgreSQL answers COMMIT
// of an aborted transaction with "ok", and MySQL goes on outside of it after a deadlock.
import { DBALError, type StopSignal } from '@proj/dbal-contract'
import type { SqlSession, SqlStatement, SqlTransaction, Step } from '@proj/dbal-sql'
import type { Classify } from './classify-error.ts'
import { isConnectionLost, isUnsent } from './connection-error.ts'

/** A transaction as a driver has it; its methods throw what Prisma throws. */
export interface OpenTransaction extends SqlSession {
  commit(): Promise<void>
  rollback(): Promise<void>
  /** Gives the connection back, once; a broken one must not be used again. */
  release(broken: boolean): void
}

const PROBE = { text: 'SELECT 1' }

export function createTransaction(open: OpenTransaction, classify: Classify): SqlTransaction {
  let failed = false
  let broken = false
  let ended: 'TX_ABORTED' | 'TX_LOST' | undefined

  const attempt = async <T>(
    statement: SqlStatement | undefined,
    signal: StopSignal | undefined,
    work: () => T | Promise<T>,
  ): Promise<T> => {
    if (ended !== undefined) throw new DBALError(ended)
    try {
      return await work()
    } catch (error) {
      failed = true
      broken ||= isUnsent(error)
      const mapped = isConnectionLost(error)
        ? new DBALError('TX_LOST', { cause: error })
        : classify(error, statement)
      if (mapped.code === 'TX_LOST') ended = 'TX_LOST'
      if (mapped.code === 'SERIALIZATION_CONFLICT') ended = 'TX_ABORTED'
      throw mapped
    } finally {
      broken ||= signal?.aborted === true
    }
  }

  const rollback = async (): Promise<void> => {
    try {
      await open.rollback()
    } catch {
      broken = true
    }
    open.release(broken || ended === 'TX_LOST')
  }

  /** A failed statement may have been undone with its savepoint; the database knows. */
  const isAborted = async (): Promise<boolean> => {
    if (!failed || ended !== undefined) return ended !== undefined
    try {
      await open.all(PROBE, [])
      return false
    } catch {
      return true
    }
  }

  const { together } = open
  return {
    all: (statement, binds, signal) =>
      attempt(statement, signal, () => open.all(statement, binds, signal)),
    run: (statement, binds, signal) =>
      attempt(statement, signal, () => open.run(statement, binds, signal)),
    rollback,
    commit: async () => {
      if (await isAborted()) {
        await rollback()
        throw new DBALError(ended ?? 'TX_ABORTED')
      }
      try {
        await open.commit()
      } catch (error) {
        await rollback()
        if (!isConnectionLost(error)) throw classify(error)
        throw new DBALError('TX_LOST', { outcome: 'unknown', cause: error })
      }
      open.release(broken)
    },
    ...(together === undefined
      ? {}
      : {
          together: (steps: readonly Step[], signal?: StopSignal) =>
            attempt(steps.at(-1)?.statement, signal, () => together(steps, signal)),
        }),
  }
}
