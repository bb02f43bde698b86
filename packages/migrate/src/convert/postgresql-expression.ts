// How PostgreSQL turns a stored value into one of another type, for ALTER COLUMN … USING. A cast fails
// where a value does not fit.
import type { Field } from '@proj/dbal-schema'
import { formOf } from './storage-form.ts'

const ZONE = '([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)$'

const EXPRESSIONS: ReadonlyMap<string, (column: string) => string> = new Map([
  [
    'integer boolean',
    (column: string) =>
      // The text of any other number is no boolean.
      `CASE ${column} WHEN 0 THEN FALSE WHEN 1 THEN TRUE ELSE CAST(CAST(${column} AS text) AS boolean) END`,
  ],
  ['float integer', (column) => `CAST(${rounded(column)} AS integer)`],
  ['float bigint', (column) => `CAST(${rounded(column)} AS bigint)`],
  ['text uuid', (column) => `CAST(CAST(${column} AS uuid) AS text)`],
  ['boolean bigint', (column) => `CAST(CAST(${column} AS integer) AS bigint)`],
  ['bigint datetime', (column) => `TIMESTAMP 'epoch' + ${column} * INTERVAL '1 millisecond'`],
  ['datetime bigint', (column) => `CAST(round(extract(epoch FROM ${column}) * 1000) AS bigint)`],
  ['datetime text', (column) => `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`],
  ['date text', (column) => `to_char(${column}, 'YYYY-MM-DD')`],
  [
    'text datetime',
    // A text without a zone is UTC.
    (column) =>
      `CASE WHEN ${column} ~ ':.*${ZONE}' THEN CAST(${column} AS timestamptz) AT TIME ZONE 'UTC' ELSE CAST(${column} AS timestamp) END`,
  ],
])

/** Halves away from zero; `round` brings them to the even number. */
function rounded(column: string): string {
  return `trunc(${column}) + CASE WHEN abs(${column} - trunc(${column})) >= 0.5 THEN sign(${column}) ELSE 0 END`
}

/** @param type the new column's */
export function postgresqlExpression(column: string, from: Field, to: Field, type: string): string {
  const expression = EXPRESSIONS.get(`${formOf(from)} ${formOf(to)}`)
  return expression?.(column) ?? `CAST(${column} AS ${type.replace(/ COLLATE .*$/, '')})`
}
