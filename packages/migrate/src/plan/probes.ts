// Queries that say, when a step has failed, how many rows do not fit.
import type { SqlDialect } from '@proj/dbal-sql'
import type { CheckShape, ForeignKeyShape, IndexShape } from '../shape/schema-shape.ts'
import type { Probe } from './plan-context.ts'
import { count } from './words.ts'

export function probeUnique(
  { quote }: SqlDialect,
  table: string,
  { columns, condition }: Pick<IndexShape, 'columns'> & Partial<Pick<IndexShape, 'condition'>>,
): Probe {
  const names = columns.map(quote)
  const where = names.map((name) => `${name} IS NOT NULL`)
  if (condition !== undefined) where.push(`(${condition})`)
  const groups = `SELECT 1 AS g FROM ${quote(table)} WHERE ${where.join(' AND ')} GROUP BY ${names.join(', ')} HAVING count(*) > 1`
  return {
    query: `SELECT count(*) AS n FROM (${groups}) AS d`,
    code: 'CONFLICT',
    say: (n) =>
      `${count(n, 'value')} of ${table} (${columns.join(', ')}) ${n === 1 ? 'occurs' : 'occur'} more than once`,
  }
}

export function probeCheck({ quote }: SqlDialect, table: string, check: CheckShape): Probe {
  return {
    query: `SELECT count(*) AS n FROM ${quote(table)} WHERE NOT (${check.condition})`,
    code: 'VALIDATION_ERROR',
    say: (n) =>
      `${count(n, 'row')} of ${table} ${n === 1 ? 'breaks' : 'break'} the check ${check.name}`,
  }
}

export function probeForeignKey(
  { quote }: SqlDialect,
  table: string,
  { column, target }: ForeignKeyShape,
): Probe {
  const child = `c.${quote(column)}`
  const parent = `SELECT 1 FROM ${quote(target.table)} AS p WHERE p.${quote(target.column)} = ${child}`
  return {
    query: `SELECT count(*) AS n FROM ${quote(table)} AS c WHERE ${child} IS NOT NULL AND NOT EXISTS (${parent})`,
    code: 'CONFLICT',
    say: (n) =>
      `${count(n, 'row')} of ${table} ${n === 1 ? 'refers' : 'refer'} by ${column} to no row of ${target.table}`,
  }
}
