// Many rows through DuckDB's appender, whose cost a row is less than half of a multi-row INSERT's.
import type { Params, Value } from '@proj/dbal-contract'
import type { Entity } from '@proj/dbal-schema'
import type { SqlDialect } from '@proj/dbal-sql'
import type { DuckDBAppender, DuckDBType, DuckDBValue } from '@duckdb/node-api'
import { findAppend, type Append } from './append-value.ts'
import type { Connection } from './connection.ts'
import type { Duck } from './duck.ts'

/** Below this an INSERT is as fast: the appender has to look at the table first. */
const MIN_ROWS = 100
/** Rows of one data chunk: the engine's vector size. */
const CHUNK_ROWS = 2048

interface Column {
  readonly type: DuckDBType
  /** Position among the fields; absent: the column has no default, and stays NULL. */
  readonly source?: { readonly at: number; readonly append: Append }
}

/**
 * Appends rows inside the open transaction; `undefined`, before anything is written, where INSERT should do it.
 * Throws what DuckDB throws, after which the transaction can only be rolled back.
 */
export async function appendRows(
  duck: Duck,
  dialect: SqlDialect,
  connection: Connection,
  entity: Entity,
  fields: readonly string[],
  params: Params,
): Promise<number | undefined> {
  const rows = fields.length === 0 ? 0 : params.length / fields.length
  if (rows < MIN_ROWS) return undefined
  const tableColumns = await readColumns(connection, entity.table)
  const appender = await connection.duck.createAppender(entity.table)
  try {
    const columns = planColumns(duck, dialect, appender, tableColumns, entity, fields)
    if (columns === undefined) return undefined
    const types = columns.map((column) => column.type)
    for (let from = 0; from < rows; from += CHUNK_ROWS) {
      const size = Math.min(CHUNK_ROWS, rows - from)
      const chunk = duck.DuckDBDataChunk.create(types, size)
      for (const [index, column] of columns.entries()) {
        const vector = chunk.getColumnVector(index)
        for (let row = 0; row < size; row += 1)
          vector.setItem(row, cell(column, params, (from + row) * fields.length))
        vector.flush()
      }
      appender.appendDataChunk(chunk)
    }
    appender.flushSync()
    return rows
  } finally {
    // What could not be stored would be stored again on closing, and hide the error.
    appender.clear()
    appender.closeSync()
  }
}

function cell({ source }: Column, params: Params, start: number): DuckDBValue {
  if (source === undefined) return null
  const value = (params[start + source.at] ?? null) as Value
  if (value === null) return null
  return source.append(value)
}

/** Columns in the table's own order, which a migration may have made another one than the entity's. */
function planColumns(
  duck: Duck,
  dialect: SqlDialect,
  appender: DuckDBAppender,
  tableColumns: readonly TableColumn[],
  entity: Entity,
  fields: readonly string[],
): Column[] | undefined {
  const columns: Column[] = []
  let used = 0
  for (const [index, { name, hasDefault }] of tableColumns.entries()) {
    const type = appender.columnType(index)
    const at = fields.findIndex((field) => entity.fields.get(field)?.column === name)
    const field = entity.fields.get(fields[at] ?? '')
    if (field === undefined) {
      // An appender of chunks has no word for a default.
      if (hasDefault) return undefined
      columns.push({ type })
      continue
    }
    const append = findAppend(duck, type, dialect.encode(field))
    if (append === undefined) return undefined
    columns.push({ type, source: { at, append } })
    used += 1
  }
  return used === fields.length ? columns : undefined
}

interface TableColumn {
  readonly name: string
  readonly hasDefault: boolean
}

async function readColumns(connection: Connection, table: string): Promise<TableColumn[]> {
  const found = await connection.duck.runAndReadAll(
    "SELECT column_name, column_default IS NOT NULL FROM duckdb_columns() WHERE table_name = $1 AND schema_name = 'main' AND NOT internal ORDER BY column_index",
    [table],
  )
  return found.getRows().map(([name, has]) => ({ name: String(name), hasDefault: has === true }))
}
