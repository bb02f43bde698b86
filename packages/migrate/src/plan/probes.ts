// Queries that say, when a step has failed, how many rows do not fit.
import type { SqlDialect } from '@proj/dbal-sql'
import type { CheckShape, ForeignKeyShape, IndexShape, TableShape } from '../shape/schema-shape.ts'
import type { Probe } from './plan-context.ts'
import { count } from './words.ts'

/** What to select from for the rows of a table as they will be. */
export type RowsOf = (table: string) => string

/** Of everything that rows can break in a table as it will be. */
export function probeTable(dialect: SqlDialect, table: TableShape, rows: RowsOf): readonly Probe[] {
  const { name, primaryKey, indexes, checks, foreignKeys } = table
  const keys = [{ columns: primaryKey }, ...[...indexes.values()].filter(({ unique }) => unique)]
  // A type is not judged here: SQLite brings a value to it only as it is stored.
  const conditions = [...checks.values()].filter(
    ({ column, values }) => column === undefined || values !== undefined,
  )
  return [
    ...keys.map((key) => probeUnique(dialect, name, key, rows)),
    ...conditions.map((check) => probeCheck(name, check, rows)),
    ...[...foreignKeys.values()].map((key) => probeForeignKey(dialect, name, key, rows)),
  ]
}

function probeUnique(
  { quote }: SqlDialect,
  table: string,
  { columns, condition }: Pick<IndexShape, 'columns'> & Partial<Pick<IndexShape, 'condition'>>,
  rows: RowsOf,
): Probe {
  const names = columns.map(quote)
  const where = names.map((name) => `${name} IS NOT NULL`)
  if (condition !== undefined) where.push(`(${condition})`)
  const groups = `SELECT 1 AS g FROM ${rows(table)} AS r WHERE ${where.join(' AND ')} GROUP BY ${names.join(', ')} HAVING count(*) > 1`
  return {
    table,
    query: `SELECT count(*) AS n FROM (${groups}) AS d`,
    code: 'CONFLICT',
    say: (n) =>
      `${count(n, 'value')} of ${table} (${columns.join(', ')}) ${n === 1 ? 'occurs' : 'occur'} more than once`,
  }
}

function probeCheck(table: string, check: CheckShape, rows: RowsOf): Probe {
  return {
    table,
    query: `SELECT count(*) AS n FROM ${rows(table)} AS r WHERE NOT (${check.condition})`,
    code: 'VALIDATION_ERROR',
    say: (n) =>
      `${count(n, 'row')} of ${table} ${n === 1 ? 'breaks' : 'break'} the check ${check.name}`,
  }
}

function probeForeignKey(
  { quote }: SqlDialect,
  table: string,
  { column, target }: ForeignKeyShape,
  rows: RowsOf,
): Probe {
  const child = `c.${quote(column)}`
  const parent = `SELECT 1 FROM ${rows(target.table)} AS p WHERE p.${quote(target.column)} = ${child}`
  return {
    table,
    query: `SELECT count(*) AS n FROM ${rows(table)} AS c WHERE ${child} IS NOT NULL AND NOT EXISTS (${parent})`,
    code: 'CONFLICT',
    say: (n) =>
      `${count(n, 'row')} of ${table} ${n === 1 ? 'refers' : 'refer'} by ${column} to no row of ${target.table}`,
  }
}
