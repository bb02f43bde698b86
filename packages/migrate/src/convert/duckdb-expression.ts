// How DuckDB turns a stored value into one of another type. A cast fails where a value does not fit.
import type { Field } from '@proj/dbal-schema'
import { formOf } from './storage-form.ts'

const EXPRESSIONS: ReadonlyMap<string, (column: string) => string> = new Map([
  [
    'integer boolean',
    // A cast would take any number but 0 for true.
    (column: string) =>
      `CASE WHEN ${column} IN (0, 1) THEN ${column} = 1 WHEN ${column} IS NOT NULL THEN error('out of range') END`,
  ],
  ['bigint datetime', (column) => `epoch_ms(${column})`],
  ['datetime bigint', (column) => `epoch_ms(${column})`],
  ['text uuid', (column) => `CAST(CAST(${column} AS UUID) AS VARCHAR)`],
  ['datetime text', (column) => `strftime(${column}, '%Y-%m-%dT%H:%M:%S.%gZ')`],
])

/** @param type the new column's */
export function duckdbExpression(column: string, from: Field, to: Field, type: string): string {
  const expression = EXPRESSIONS.get(`${formOf(from)} ${formOf(to)}`)
  return expression?.(column) ?? `CAST(${column} AS ${type})`
}
