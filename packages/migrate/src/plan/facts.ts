// What the rows there are say about a difference: whether a drop loses anything, whether a required
// column can be filled.
import type { SchemaPort } from '@proj/dbal-contract'
import type { SqlDialect } from '@proj/dbal-sql'
import { removedOf } from '../diff/compare-shapes.ts'
import type { Difference } from '../diff/difference.ts'

export interface Facts {
  /** Undefined where nobody has counted: there may be any number. */
  rows(table: string): number | undefined
  /** Rows with a value in the column. */
  filled(table: string, column: string): number | undefined
}

export const UNKNOWN_FACTS: Facts = { rows: () => undefined, filled: () => undefined }

interface TableFacts {
  readonly rows: number
  readonly filled: ReadonlyMap<string, number>
}

/** One query for each table that is dropped or changed. */
export async function countFacts(
  port: SchemaPort,
  dialect: SqlDialect,
  { dropped, changed }: Difference,
): Promise<Facts> {
  const tables = new Map<string, TableFacts>()
  for (const { name } of dropped) tables.set(name, await countTable(port, dialect, name, []))
  for (const { before, columns } of changed) {
    const names = removedOf(columns).map(({ name }) => name)
    tables.set(before.name, await countTable(port, dialect, before.name, names))
  }
  return {
    rows: (table) => tables.get(table)?.rows,
    filled: (table, column) => tables.get(table)?.filled.get(column),
  }
}

async function countTable(
  port: SchemaPort,
  { quote }: SqlDialect,
  table: string,
  columns: readonly string[],
): Promise<TableFacts> {
  const counts = columns.map((column, at) => `, count(${quote(column)}) AS ${quote(`c${at}`)}`)
  const [row] = await port.query(
    `SELECT count(*) AS ${quote('n')}${counts.join('')} FROM ${quote(table)}`,
  )
  const numberAt = (name: string): number => Number(row?.[name] ?? 0)
  return {
    rows: numberAt('n'),
    filled: new Map(columns.map((column, at) => [column, numberAt(`c${at}`)])),
  }
}
