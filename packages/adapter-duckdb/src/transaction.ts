// A transaction on the writer's connection. DuckDB answers COMMIT with "ok" after a failed statement although nothing
// is stored, so the failure is remembered here.
import { DBALError } from '@proj/dbal-contract'
import type { Lease, SqlSession, SqlTransaction } from '@proj/dbal-sql'
import type { Connection } from './connection.ts'

/** Opens a transaction; `lease` is given back when it ends. */
export async function beginTransaction(
  lease: Lease<Connection>,
  sessionOn: (connection: Connection) => SqlSession,
  classify: (error: unknown) => DBALError,
): Promise<SqlTransaction> {
  const connection = lease.resource
  try {
    await connection.duck.run('BEGIN TRANSACTION')
  } catch (error) {
    lease.discard()
    throw classify(error)
  }
  const session = sessionOn(connection)
  let failed = false
  let last: Promise<unknown> = Promise.resolve()

  // Statements of one transaction run one after the other, also when the caller starts them together.
  const inTurn = <T>(work: () => T | Promise<T>): Promise<T> => {
    const result = last.then(work)
    last = result.catch(() => {
      failed = true
    })
    return result
  }

  const end = async (statement: 'COMMIT' | 'ROLLBACK'): Promise<void> => {
    try {
      await connection.duck.run(statement)
      lease.release()
    } catch (error) {
      // A connection in an unknown state is never used again.
      lease.discard()
      throw classify(error)
    }
  }

  return {
    all: (...call) => inTurn(() => session.all(...call)),
    run: (...call) => inTurn(() => session.run(...call)),
    bulkInsert: (...call) => inTurn(() => session.bulkInsert?.(...call)),
    commit: async () => {
      await last
      if (!failed) return end('COMMIT')
      await end('ROLLBACK').catch(() => undefined)
      throw new DBALError('TX_ABORTED')
    },
    rollback: async () => {
      await last
      await end('ROLLBACK').catch(() => undefined)
    },
  }
}
