import type { SqlDialect } from '@proj/dbal-sql'
import { duckdbExpression } from '../convert/duckdb-expression.ts'
import { sqliteExpression } from '../convert/sqlite-expression.ts'
import type { TableChange } from '../diff/difference.ts'
import type { ColumnShape } from '../shape/schema-shape.ts'
import type { Addition, Alteration } from './plan-column.ts'

export interface ColumnPlans {
  readonly additions: readonly Addition[]
  readonly alterations: readonly Alteration[]
}

/** INSERT … SELECT from a table as it was into one as it will be. */
export function copyRows(
  { before, after }: TableChange,
  plans: ColumnPlans,
  target: string,
  dialect: SqlDialect,
): string {
  const { quote } = dialect
  const names: string[] = []
  const values: string[] = []
  for (const column of after.columns.values()) {
    const value = copiedValue(column, plans, dialect)
    // What is left out takes its DEFAULT.
    if (value === undefined) continue
    names.push(quote(column.name))
    values.push(value)
  }
  return `INSERT INTO ${quote(target)} (${names.join(', ')}) SELECT ${values.join(', ')} FROM ${quote(before.name)}`
}

function copiedValue(
  column: ColumnShape,
  { additions, alterations }: ColumnPlans,
  dialect: SqlDialect,
): string | undefined {
  const addition = additions.find((each) => each.column === column)
  if (addition !== undefined) return addition.fill?.sql
  const alteration = alterations.find((each) => each.after === column)
  return alteration === undefined ? dialect.quote(column.name) : alteredValue(alteration, dialect)
}

function alteredValue(
  { before, after, discards, fill }: Alteration,
  { name, quote }: SqlDialect,
): string {
  if (discards) return fill?.sql ?? 'NULL'
  const column = quote(before.name)
  let value = column
  if (before.form !== after.form)
    value =
      name === 'duckdb'
        ? duckdbExpression(column, before.field, after.field, after.type)
        : sqliteExpression(column, before.field, after.field)
  return fill === undefined ? value : `coalesce(${value}, ${fill.sql})`
}
