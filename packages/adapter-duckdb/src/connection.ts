// A DuckDB connection with the statements it has prepared. It runs one statement at a time: whoever uses it holds it.
import type { SqlStatement } from '@proj/dbal-sql'
import type { DuckDBConnection, DuckDBInstance, DuckDBPreparedStatement } from '@duckdb/node-api'

/** Statements kept a connection; the one unused longest goes first. */
const MAX_PREPARED = 500

export interface Connection {
  readonly duck: DuckDBConnection
  prepare(statement: SqlStatement): Promise<DuckDBPreparedStatement>
  close(): void
}

export async function openConnection(instance: DuckDBInstance): Promise<Connection> {
  const duck = await instance.connect()
  const kept = new Map<SqlStatement, DuckDBPreparedStatement>()
  return {
    duck,
    prepare: async (statement) => {
      const found = kept.get(statement)
      const prepared = found ?? (await duck.prepare(statement.text))
      if (found !== undefined) kept.delete(statement)
      else if (kept.size >= MAX_PREPARED) dropOldest(kept)
      kept.set(statement, prepared)
      return prepared
    },
    close: () => {
      // A statement that is left alive would keep the file locked.
      for (const prepared of kept.values()) prepared.destroySync()
      kept.clear()
      duck.closeSync()
    },
  }
}

function dropOldest(kept: Map<SqlStatement, DuckDBPreparedStatement>): void {
  const [oldest] = kept
  if (oldest === undefined) return
  kept.delete(oldest[0])
  oldest[1].destroySync()
}
