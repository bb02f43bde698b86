// Runs an update or delete as one statement.
import { compareValues, tracing, type QueryResult, type Value } from '@proj/dbal-contract'
import type { Cells, MaybePromise } from '../driver/driver.ts'
import { chain } from '../driver/maybe-promise.ts'
import type { ChangeTemplate } from '../plan/change-plan.ts'
import { readCell, type RowColumn } from '../plan/read-row.ts'
import type { Call } from './run-select.ts'

/** Answers rows where the statement does. `among` are the keys of a template that has such. */
export function runChange(
  call: Call,
  template: ChangeTemplate,
  among?: readonly Value[],
): MaybePromise<QueryResult> {
  const { session, params, signal } = call
  const { prepared, read, keys, answersRows } = template.plan(params, among)
  const binds = prepared.bind(params, among)
  tracing.trace?.through('plan')
  if (!answersRows)
    return chain(session.run(prepared.statement, binds, signal), (count) => {
      tracing.trace?.through('driver')
      return { rows: [], count }
    })
  return chain(session.all(prepared.statement, binds, signal), (found) => {
    tracing.trace?.through('driver')
    const rows = inKeyOrder(keys, found).map(read)
    tracing.trace?.through('decode')
    return { rows, count: rows.length }
  })
}

/** The template is of an update that stores a row where it matches none, and answers rows. */
export function runUpdateElseInsert(
  call: Call,
  template: ChangeTemplate,
): MaybePromise<QueryResult> {
  return chain(runChange(call, template), (result) => (result.count > 0 ? result : STORED))
}

const STORED: QueryResult = { rows: [], count: 1 }

/** Engines answer RETURNING in the order in which they came across the rows. */
function inKeyOrder(keys: readonly RowColumn[], found: readonly Cells[]): readonly Cells[] {
  if (found.length < 2) return found
  return found
    .map((cells) => ({ cells, key: keys.map((column) => readCell(column, cells)) }))
    .sort((a, b) => {
      for (const [at, { type }] of keys.entries()) {
        const order = compareValues(type, a.key[at] ?? null, b.key[at] ?? null)
        if (order !== 0) return order
      }
      return 0
    })
    .map(({ cells }) => cells)
}
