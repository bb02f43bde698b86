// How DuckDB turns a stored value into one of another type. A cast fails where a value does not fit.
import type { Field } from '@proj/dbal-schema'
import { formOf } from './storage-form.ts'

const EXPRESSIONS: ReadonlyMap<string, (column: string) => string> = new Map([
  [
    'integer boolean',
    // Only the texts of 0 and 1 are booleans; a number but 0 would be true.
    (column: string) => `CAST(CAST(${column} AS VARCHAR) AS BOOLEAN)`,
  ],
  // A cast alone would bring halves to the even number.
  ['float integer', (column) => `CAST(round(${column}) AS INTEGER)`],
  ['float bigint', (column) => `CAST(round(${column}) AS BIGINT)`],
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
