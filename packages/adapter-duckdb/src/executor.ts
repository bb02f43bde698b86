// One statement on one connection: prepare once, bind, run, and stop the engine when the caller no longer waits.
import type { StopSignal } from '@proj/dbal-contract'
import type { Binds, SqlStatement } from '@proj/dbal-sql'
import type { DuckDBMaterializedResult, DuckDBPreparedStatement } from '@duckdb/node-api'
import type { Connection } from './connection.ts'

/** Runs a statement. Throws the signal's reason when that stopped it, else what DuckDB throws. */
export async function execute(
  connection: Connection,
  statement: SqlStatement,
  binds: Binds,
  signal: StopSignal | undefined,
): Promise<DuckDBMaterializedResult> {
  signal?.throwIfAborted()
  const prepared = await connection.prepare(statement)
  bindAll(prepared, binds)
  return interruptible(connection, signal, () => prepared.run())
}

export async function interruptible<T>(
  connection: Connection,
  signal: StopSignal | undefined,
  run: () => Promise<T>,
): Promise<T> {
  if (signal === undefined) return run()
  const stop = (): void => connection.duck.interrupt()
  signal.throwIfAborted()
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await run()
  } catch (error) {
    // A statement that ended by itself keeps its own error.
    if (signal.aborted && isInterrupt(error)) throw signal.reason
    throw error
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function isInterrupt(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('INTERRUPT Error')
}

const INT32 = 2 ** 31

function bindAll(prepared: DuckDBPreparedStatement, binds: Binds): void {
  for (let at = 0; at < binds.length; at += 1) {
    const value = binds[at]
    const position = at + 1
    switch (typeof value) {
      case 'string':
        prepared.bindVarchar(position, value)
        break
      case 'number':
        if (Number.isInteger(value) && value >= -INT32 && value < INT32) {
          prepared.bindInteger(position, value)
        } else prepared.bindDouble(position, value)
        break
      case 'bigint':
        prepared.bindBigInt(position, value)
        break
      case 'boolean':
        prepared.bindBoolean(position, value)
        break
      default:
        if (value instanceof Uint8Array) prepared.bindBlob(position, value)
        else prepared.bindNull(position)
    }
  }
}
