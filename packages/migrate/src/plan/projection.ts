// The rows of a table as a plan will leave them, read while they are as they were: what they break is
// counted before the plan is carried out, or after it has been rolled back.
import type { SqlDialect } from '@proj/dbal-sql'
import { duckdbExpression } from '../convert/duckdb-expression.ts'
import { postgresqlExpression } from '../convert/postgresql-expression.ts'
import { sqliteExpression } from '../convert/sqlite-expression.ts'
import type { TableChange } from '../diff/difference.ts'
import type { ColumnShape, TableShape } from '../shape/schema-shape.ts'
import type { Addition, Alteration } from './plan-column.ts'

export interface ColumnPlans {
  readonly additions: readonly Addition[]
  readonly alterations: readonly Alteration[]
}

/** A query for them; not for MySQL, which converts values by no expression. */
export function projectRows(
  { before, after }: TableChange,
  { additions, alterations }: ColumnPlans,
  dialect: SqlDialect,
): string {
  const { quote } = dialect
  const values = [...after.columns.values()].map((column) => {
    const alteration = alterations.find((each) => each.after === column)
    if (alteration !== undefined) return alteredValue(alteration, dialect)
    const addition = additions.find((each) => each.column === column)
    if (addition === undefined) return quote(column.name)
    return typed(addition.fill?.sql ?? column.fallback ?? 'NULL', column)
  })
  return select([...after.columns.values()], values, dialect, `FROM ${quote(before.name)}`)
}

/** The rows of a table that is yet to be made. */
export function projectNothing({ columns }: TableShape, dialect: SqlDialect): string {
  const list = [...columns.values()]
  const values = list.map((column) => typed('NULL', column))
  return select(list, values, dialect, 'WHERE 1 = 0')
}

function select(
  columns: readonly ColumnShape[],
  values: readonly string[],
  { quote }: SqlDialect,
  rest: string,
): string {
  const list = columns.map(({ name }, at) => `${values[at] ?? 'NULL'} AS ${quote(name)}`)
  return `SELECT ${list.join(', ')} ${rest}`
}

function typed(value: string, { type }: ColumnShape): string {
  return `CAST(${value} AS ${type.replace(/ COLLATE .*$/, '')})`
}

export function alteredValue(
  { before, after, discards, fill }: Alteration,
  dialect: SqlDialect,
): string {
  if (discards) return fill?.sql ?? 'NULL'
  const value = convertedValue(before, after, dialect)
  return fill === undefined ? value : `coalesce(${value}, ${fill.sql})`
}

/** The value that a column's becomes. */
export function convertedValue(
  before: ColumnShape,
  after: ColumnShape,
  { name, quote }: SqlDialect,
): string {
  const column = quote(before.name)
  if (before.form === after.form) return column
  if (name === 'sqlite') return sqliteExpression(column, before.field, after.field)
  const express = name === 'duckdb' ? duckdbExpression : postgresqlExpression
  return express(column, before.field, after.field, after.type)
}
