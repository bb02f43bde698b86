// How MySQL turns stored values into those of another type. MODIFY converts a column in place and, in
// strict mode, fails where a value does not fit; what it would read differently is rewritten around it.
import type { Field } from '@proj/dbal-schema'
import { formOf } from './storage-form.ts'

/** Each part may run twice: a push that was interrupted is run again. */
export interface MysqlConversion {
  /** Of the column while it has its old type. */
  readonly before?: (column: string) => string
  /** A type in between, and what the column is set to while it has it. */
  readonly between?: { readonly type: string; readonly value: (column: string) => string }
}

const EPOCH = `'1970-01-01 00:00:00.000'`
/** Of a length that no contract asks for, so that a column left in between is known by it. */
const BETWEEN = 'VARCHAR(61)'

/** An error of the statement, which then changes no row: no integer is as large as this. */
const MISFIT = (column: string): string => `18446744073709551615 + LENGTH(${column}) + 1`
const UUID = '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$'
const TIME = '^([01][0-9]|2[0-3])(:[0-5][0-9]){2}([.][0-9]{1,6})?$'

/** Halves away from zero; a change of the type alone would bring them to the even number. */
const ROUNDED: MysqlConversion = {
  before: (column) =>
    `TRUNCATE(${column}, 0) + IF(ABS(${column} - TRUNCATE(${column}, 0)) >= 0.5, SIGN(${column}), 0)`,
}

const CONVERSIONS: ReadonlyMap<string, MysqlConversion> = new Map<string, MysqlConversion>([
  ['float integer', ROUNDED],
  ['float bigint', ROUNDED],
  [
    'boolean text',
    between(
      (column) => `CASE ${column} WHEN '1' THEN 'true' WHEN '0' THEN 'false' ELSE ${column} END`,
    ),
  ],
  [
    'text boolean',
    {
      before: (column) =>
        `CASE ${column} WHEN 'true' THEN '1' WHEN 'false' THEN '0' ELSE ${column} END`,
    },
  ],
  [
    'datetime text',
    between(
      (column) =>
        `CASE WHEN ${column} LIKE '____-__-__ %' THEN CONCAT(REPLACE(${column}, ' ', 'T'), 'Z') ELSE ${column} END`,
    ),
  ],
  ['text uuid', { before: (column) => fit(column, UUID, `LOWER(${column})`) }],
  ['text time', { before: (column) => fit(column, TIME, column) }],
  [
    'text datetime',
    {
      before: (column) =>
        `CASE WHEN ${column} LIKE '____-__-__T%Z' THEN REPLACE(REPLACE(${column}, 'T', ' '), 'Z', '') ELSE ${column} END`,
    },
  ],
  [
    'bigint datetime',
    between(
      (column) =>
        `CASE WHEN ${column} LIKE '%:%' THEN ${column} ELSE TIMESTAMPADD(MICROSECOND, CAST(${column} AS SIGNED) * 1000, ${EPOCH}) END`,
    ),
  ],
  [
    'datetime bigint',
    between(
      (column) =>
        `CASE WHEN ${column} LIKE '%:%' THEN TIMESTAMPDIFF(MICROSECOND, ${EPOCH}, ${column}) DIV 1000 ELSE ${column} END`,
    ),
  ],
])

function fit(column: string, pattern: string, value: string): string {
  return `CASE WHEN ${column} REGEXP '${pattern}' THEN ${value} WHEN ${column} IS NOT NULL THEN ${MISFIT(column)} END`
}

function between(value: (column: string) => string): MysqlConversion {
  return { between: { type: BETWEEN, value } }
}

export function mysqlConversion(from: Field, to: Field): MysqlConversion {
  return CONVERSIONS.get(`${formOf(from)} ${formOf(to)}`) ?? {}
}
