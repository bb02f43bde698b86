// INSERT. Many rows go as one list a column where the engine takes such; else in statements whose sizes
// are powers of two, so that few are ever prepared.
import type { InsertQuery, Model, Value } from '@proj/dbal-contract'
import type { Entity, Field } from '@proj/dbal-schema'
import { entityOf, fieldOf, internal } from '../compile/compile-context.ts'
import type { Encode } from '../compile/sql.ts'
import type { ColumnLists, SqlDialect } from '../dialect/dialect.ts'
import type { Bind, Binds, SqlStatement } from '../driver/driver.ts'

export interface Portion {
  readonly rows: number
  readonly statement: SqlStatement
  readonly binds: Binds
}

export interface InsertPlan {
  readonly entity: Entity
  readonly fields: readonly string[]
  statement(rows: number): SqlStatement
  /** Binds of the rows from `start` on. */
  bind(params: readonly unknown[], start: number, rows: number): Binds
  /** What the next statement stores of so many rows from `start` on. */
  portion(params: readonly unknown[], start: number, remaining: number): Portion
}

export function createInsertPlan(
  model: Model,
  dialect: SqlDialect,
  query: InsertQuery,
): InsertPlan {
  const entity = entityOf(model, query.entity)
  const fields = query.fields.map((name) => fieldOf(entity, name))
  if (fields.length === 0) throw internal('an insert names no field')
  const encoders = fields.map((field) => dialect.encode(field))
  const statements = new Map<number, SqlStatement>()
  const width = fields.length
  const fitting = Math.max(1, Math.floor(dialect.maxParams / width))
  const most = Math.min(dialect.rowsPerInsert, powerOfTwo(fitting))
  // Rows that refer to each other go together, for references are checked after each statement.
  const isOwnParent = fields.some(({ foreignKey }) => foreignKey?.entity === entity.name)
  const sizeOf = (remaining: number): number =>
    isOwnParent ? Math.min(remaining, fitting) : Math.min(most, powerOfTwo(remaining))

  const statement = (rows: number): SqlStatement => {
    const known = statements.get(rows)
    if (known !== undefined) return known
    const made = { text: insertText(dialect, entity, fields, rows), writes: entity.table }
    if (rows === powerOfTwo(rows)) statements.set(rows, made)
    return made
  }

  const bind = (params: readonly unknown[], start: number, rows: number): Binds => {
    const binds: Bind[] = []
    const end = (start + rows) * width
    for (let at = start * width; at < end; at += width)
      for (let column = 0; column < width; column += 1)
        binds.push((encoders[column] as Encode)(params[at + column] as Value))
    return binds
  }

  const { columnLists } = dialect
  const ofLists =
    columnLists === undefined ? undefined : listPortion(dialect, columnLists, entity, fields)
  return {
    entity,
    fields: query.fields,
    statement,
    bind,
    portion(params, start, remaining) {
      if (ofLists !== undefined && remaining > 1) return ofLists(params, start, remaining)
      const rows = sizeOf(remaining)
      return { rows, statement: statement(rows), binds: bind(params, start, rows) }
    },
  }
}

/** Characters of one statement's lists after which the next row waits for the next statement. */
const MAX_LIST_TEXT = 2 ** 26

function listPortion(
  dialect: SqlDialect,
  lists: ColumnLists,
  entity: Entity,
  fields: readonly Field[],
): InsertPlan['portion'] {
  const encoders = fields.map((field) => dialect.encode(field))
  const width = fields.length
  const holes = fields.map((_, column) => dialect.placeholder(column + 1))
  const statement: SqlStatement = {
    text: `INSERT INTO ${dialect.quote(entity.table)} (${columnNames(dialect, fields)}) ${lists.rows(fields, holes)}`,
    writes: entity.table,
  }
  return (params, start, remaining) => {
    const texts = Array.from<string>({ length: width }).fill('')
    let [rows, size] = [0, 0]
    while (rows < remaining && size < MAX_LIST_TEXT) {
      const at = (start + rows) * width
      for (let column = 0; column < width; column += 1) {
        const item = lists.item((encoders[column] as Encode)(params[at + column] as Value))
        size += item.length
        texts[column] += rows === 0 ? item : `,${item}`
      }
      rows += 1
    }
    return { rows, statement, binds: texts.map((items) => lists.list(items)) }
  }
}

/** The largest power of two that is not more. */
function powerOfTwo(count: number): number {
  return 2 ** Math.floor(Math.log2(count))
}

function columnNames(dialect: SqlDialect, fields: readonly Field[]): string {
  return fields.map((field) => dialect.quote(field.column)).join(', ')
}

function insertText(
  dialect: SqlDialect,
  entity: Entity,
  fields: readonly Field[],
  rows: number,
): string {
  let position = 0
  const row = (): string => {
    const values = fields.map((field) => {
      position += 1
      const { parts } = dialect.cast(field, { parts: [dialect.placeholder(position)] })
      return parts.join('')
    })
    return `(${values.join(', ')})`
  }
  const values = Array.from({ length: rows }, row).join(', ')
  return `INSERT INTO ${dialect.quote(entity.table)} (${columnNames(dialect, fields)}) VALUES ${values}`
}
