// INSERT. Many rows go in statements whose sizes are powers of two, so that few are ever prepared.
import type { InsertQuery, Model, Value } from '@proj/dbal-contract'
import type { Entity, Field } from '@proj/dbal-schema'
import { entityOf, fieldOf, internal } from '../compile/compile-context.ts'
import type { Encode } from '../compile/sql.ts'
import type { SqlDialect } from '../dialect/dialect.ts'
import type { Bind, Binds, SqlStatement } from '../driver/driver.ts'

export interface InsertPlan {
  readonly entity: Entity
  readonly fields: readonly string[]
  /** How many of so many rows the next statement takes. */
  rowsOf(remaining: number): number
  statement(rows: number): SqlStatement
  /** Binds of the rows from `start` on. */
  bind(params: readonly unknown[], start: number, rows: number): Binds
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
  return {
    entity,
    fields: query.fields,
    rowsOf: (remaining) =>
      isOwnParent ? Math.min(remaining, fitting) : Math.min(most, powerOfTwo(remaining)),
    statement(rows) {
      const known = statements.get(rows)
      if (known !== undefined) return known
      const statement = { text: insertText(dialect, entity, fields, rows) }
      if (rows === powerOfTwo(rows)) statements.set(rows, statement)
      return statement
    },
    bind(params, start, rows) {
      const binds: Bind[] = []
      for (let at = start * width; at < (start + rows) * width; at += width)
        for (let column = 0; column < width; column += 1)
          binds.push((encoders[column] as Encode)(params[at + column] as Value))
      return binds
    },
  }
}

/** The largest power of two that is not more. */
function powerOfTwo(count: number): number {
  return 2 ** Math.floor(Math.log2(count))
}

function insertText(
  dialect: SqlDialect,
  entity: Entity,
  fields: readonly Field[],
  rows: number,
): string {
  const columns = fields.map((field) => dialect.quote(field.column)).join(', ')
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
  return `INSERT INTO ${dialect.quote(entity.table)} (${columns}) VALUES ${values}`
}
