// One statement for several reads by a key, whose rows are given back by key.
import type { Params, QueryResult, StopSignal, Value } from '@proj/dbal-contract'
import { internal } from '../compile/compile-context.ts'
import type { Cells, SqlSession } from '../driver/driver.ts'
import { identityOf } from '../plan/identity.ts'
import type { PointKey } from '../plan/point-read.ts'
import { readCell, type RowColumn } from '../plan/read-row.ts'

/** Decodes the row of one of the calls, anew each time: none shares it. */
export type ResultOf = (params: Params) => QueryResult

/** `calls` differ in the key only. Rejects where it cannot be told whose a row is. */
export async function runTogether(
  session: SqlSession,
  { index, field, template }: PointKey,
  calls: readonly Params[],
  signal: StopSignal | undefined,
): Promise<ResultOf> {
  const shared = calls[0] ?? []
  const identity = (value: Value): unknown => identityOf(field.type, value)
  const keyOf = (params: Params): Value => params[index] as Value
  const asked = new Map(calls.map((params) => [identity(keyOf(params)), keyOf(params)]))
  const keys = [...asked.values()]
  const { prepared, read, keyColumn } = template.plan(shared, keys)
  const rows = new Map<unknown, Cells>()
  for (const cells of await session.all(prepared.statement, prepared.bind(shared, keys), signal)) {
    const key = identity(readCell(keyColumn as RowColumn, cells))
    // The engine takes keys for equal that are not, as where a table has a collation of its own.
    if (!asked.has(key) || rows.has(key)) throw internal('a row is none of those asked for')
    rows.set(key, cells)
  }
  return (params) => {
    const cells = rows.get(identity(keyOf(params)))
    return cells === undefined ? { rows: [], count: 0 } : { rows: [read(cells)], count: 1 }
  }
}
