import type { SqlDialect } from '@proj/dbal-sql'
import type { TableChange } from '../diff/difference.ts'
import type { ColumnShape } from '../shape/schema-shape.ts'
import { alteredValue, type ColumnPlans } from './projection.ts'

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
