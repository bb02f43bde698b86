// What runs compiled statements on DuckDB: reads on any free connection, writes and transactions on the one writer.
import type { Model, StopSignal } from '@proj/dbal-contract'
import type { Binds, Cells, SqlDialect, SqlDriver, SqlSession, SqlStatement } from '@proj/dbal-sql'
import { appendRows } from './bulk-insert.ts'
import { createClassifier } from './classify-error.ts'
import type { Connection } from './connection.ts'
import type { Database } from './database.ts'
import { readRows } from './decode-row.ts'
import type { Binding, Duck } from './duck.ts'
import { execute, interruptible } from './executor.ts'
import { beginTransaction } from './transaction.ts'
import { readWritten, rowsWritten } from './written.ts'

export interface DriverOptions {
  readonly duck: Duck
  readonly binding: Binding
  readonly database: Database
  readonly model: Model
  readonly dialect: SqlDialect
}

export function createDuckdbDriver(options: DriverOptions): SqlDriver {
  const { duck, database, model } = options
  const classify = createClassifier(model)
  const writes = new WeakSet<SqlStatement>()

  /** A session on a connection that the caller holds; `bulkInsert` needs an open transaction. */
  const sessionOn = (connection: Connection): Required<Omit<SqlSession, 'together'>> => ({
    all: async (statement, binds, signal) => {
      try {
        return readRows(duck, await execute(connection, statement, binds, signal))
      } catch (error) {
        throw classify(error, readWritten(statement, binds))
      }
    },
    run: async (statement, binds, signal) => {
      try {
        return (await execute(connection, statement, binds, signal)).rowsChanged
      } catch (error) {
        throw classify(error, readWritten(statement, binds))
      }
    },
    bulkInsert: async (entity, fields, params, signal) => {
      try {
        return await interruptible(connection, signal, () =>
          appendRows(options, connection, entity, fields, params),
        )
      } catch (error) {
        throw classify(error, rowsWritten(entity, fields, params))
      }
    },
  })

  const begin = async (signal?: StopSignal) =>
    beginTransaction(await database.writer.acquire(signal), sessionOn, classify, signal)

  return {
    all: async (statement, binds, signal) => {
      const rows = writes.has(statement) ? undefined : await read(statement, binds, signal)
      if (rows !== undefined) return rows
      return database.writer.use((held) => sessionOn(held).all(statement, binds, signal), signal)
    },
    run: (statement, binds, signal) =>
      database.writer.use((held) => sessionOn(held).run(statement, binds, signal), signal),
    begin: ({ signal }) => begin(signal),
    beginSchemaChange: () => begin(),
    records: (text) =>
      database.readers.use(async ({ duck: connection }) => {
        const result = await connection.run(text)
        const names = result.deduplicatedColumnNames()
        return readRows(duck, result).map((row) =>
          Object.fromEntries(names.map((name, at) => [name, row[at]])),
        )
      }),
    classify: (error) => classify(error),
    close: () => database.close(),
  }

  /** The rows of a SELECT; undefined, before anything ran, for a statement that writes. */
  function read(
    statement: SqlStatement,
    binds: Binds,
    signal: StopSignal | undefined,
  ): Promise<readonly Cells[] | undefined> {
    return database.readers.use(async (connection) => {
      const prepared = await connection.prepare(statement)
      if (prepared.statementType === duck.StatementType.SELECT)
        return sessionOn(connection).all(statement, binds, signal)
      writes.add(statement)
      return undefined
    }, signal)
  }
}
