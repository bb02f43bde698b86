// Many rows through DuckDB's appender, whose cost a row is less than half of a multi-row INSERT's.
import type { Params } from '@proj/dbal-contract'
import type { Entity } from '@proj/dbal-schema'
import type { SqlDialect } from '@proj/dbal-sql'
import type { DuckDBAppender, DuckDBType } from '@duckdb/node-api'
import { CHUNK_ROWS, ChunkBuffer } from './chunk-buffer.ts'
import { findWriter } from './column-writer.ts'
import type { Connection } from './connection.ts'
import type { Binding, Duck } from './duck.ts'
import { nulls, type Target, type WriteColumn } from './write-cells.ts'

/** Below this an INSERT is as fast: the appender has to look at the table first. */
const MIN_ROWS = 100

export interface Bulk {
  readonly duck: Duck
  readonly binding: Binding
  readonly dialect: SqlDialect
}

interface Column {
  readonly type: DuckDBType
  readonly write: WriteColumn
  /** Position among the fields; of a column that is none, it does not matter. */
  readonly at: number
}

/**
 * Appends rows inside the open transaction; `undefined`, before anything is written, where INSERT should do it.
 * Throws what DuckDB throws, after which the transaction can only be rolled back.
 */
export async function appendRows(
  { duck, binding, dialect }: Bulk,
  connection: Connection,
  entity: Entity,
  fields: readonly string[],
  params: Params,
): Promise<number | undefined> {
  const width = fields.length
  const rows = width === 0 ? 0 : params.length / width
  if (rows < MIN_ROWS) return undefined
  const tableColumns = await readColumns(connection, dialect, entity.table)
  const appender = await connection.duck.createAppender(entity.table)
  try {
    const target = { binding, buffer: new ChunkBuffer(binding) }
    const columns = planColumns(duck, target, dialect, appender, tableColumns, entity, fields)
    if (columns === undefined) return undefined
    const types = columns.map((column) => column.type)
    for (let from = 0; from < rows; from += CHUNK_ROWS) {
      const size = Math.min(CHUNK_ROWS, rows - from)
      const chunk = duck.DuckDBDataChunk.create(types, size)
      for (const [index, { write, at }] of columns.entries()) {
        const vector = binding.data_chunk_get_vector(chunk.chunk, index)
        write(vector, { params, first: from * width + at, width, rows: size })
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

/** Columns in the table's own order, which a migration may have made another one than the entity's. */
function planColumns(
  duck: Duck,
  target: Target,
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
      // An appender of chunks has no word for a default, and a null of parts would have parts of its own.
      if (hasDefault || findWriter(duck, target, type, () => null) === undefined) return undefined
      columns.push({ type, write: nulls(target), at: 0 })
      continue
    }
    const write = findWriter(duck, target, type, dialect.encode(field))
    if (write === undefined) return undefined
    columns.push({ type, write, at })
    used += 1
  }
  return used === fields.length ? columns : undefined
}

interface TableColumn {
  readonly name: string
  readonly hasDefault: boolean
}

/** Never prepared for later: a migration may change the table meanwhile. */
async function readColumns(
  { duck }: Connection,
  { quote, literal }: SqlDialect,
  table: string,
): Promise<TableColumn[]> {
  const found = await duck.runAndReadAll(
    `SELECT name, dflt_value IS NOT NULL FROM pragma_table_info(${literal(quote(table))}) ORDER BY cid`,
  )
  return found.getRows().map(([name, has]) => ({ name: String(name), hasDefault: has === true }))
}
