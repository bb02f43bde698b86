// A transaction on the writer's connection. DuckDB answers COMMIT with "ok" after a failed statement although nothing
// is stored, so the failure is remembered here. It answers no more questions either, so that what the transaction wrote
// is written again when there are any: the connection is the only writer, and meets the same rows.
import { DBALError, type StopSignal } from '@proj/dbal-contract'
import type { Lease, SqlSession, SqlStatement, SqlTransaction } from '@proj/dbal-sql'
import type { Connection } from './connection.ts'
import { createJournal } from './journal.ts'

/** Opens a transaction; `lease` is given back when it ends. */
export async function beginTransaction(
  lease: Lease<Connection>,
  sessionOn: (connection: Connection) => SqlSession,
  classify: (error: unknown) => DBALError,
  signal: StopSignal | undefined,
): Promise<SqlTransaction> {
  const connection = lease.resource
  try {
    await connection.duck.run('BEGIN TRANSACTION')
  } catch (error) {
    lease.discard()
    throw classify(error)
  }
  const session = sessionOn(connection)
  const journal = createJournal()
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

  const noted = async <T>(
    size: number,
    stop: StopSignal | undefined,
    write: (stop: StopSignal | undefined) => T | Promise<T>,
  ): Promise<T> => {
    const result = await write(stop)
    if (result !== undefined) journal.note(size, write)
    return result
  }

  const restore = async (mark: number | undefined): Promise<void> => {
    if (mark === undefined) throw new RangeError('the transaction has written too much')
    await connection.duck.run('ROLLBACK')
    await connection.duck.run('BEGIN TRANSACTION')
    await journal.repeat(mark, signal)
  }

  return {
    all: (statement, binds, stop) =>
      inTurn(() => {
        const write = (by?: StopSignal) => session.all(statement, binds, by)
        return isRead(statement) ? write(stop) : noted(binds.length, stop, write)
      }),
    run: (statement, binds, stop) =>
      inTurn(() => noted(binds.length, stop, (by) => session.run(statement, binds, by))),
    bulkInsert: (entity, fields, params, stop) =>
      inTurn(() =>
        noted(params.length, stop, (by) => session.bulkInsert?.(entity, fields, params, by)),
      ),
    mark: () => {
      const mark = journal.mark()
      let restored: Promise<void> | undefined
      return {
        all: (...call) =>
          inTurn(async () => {
            failed = true
            await (restored ??= restore(mark))
            return session.all(...call)
          }),
        run: () => {
          throw new TypeError('a failed transaction is asked only')
        },
      }
    },
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

function isRead({ text }: SqlStatement): boolean {
  return text.startsWith('SELECT ')
}
