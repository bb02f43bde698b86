// Runs an update or delete. Without RETURNING the touched rows are selected and locked first; the
// caller puts a transaction around that.
import {
  compareValues,
  unsupported,
  type DeleteQuery,
  type Model,
  type QueryResult,
  type ResultRow,
  type UpdateQuery,
  type Value,
} from '@proj/dbal-contract'
import type { Entity } from '@proj/dbal-schema'
import type { SqlDialect } from '../dialect/dialect.ts'
import type { Cells, MaybePromise } from '../driver/driver.ts'
import { chain } from '../driver/maybe-promise.ts'
import { rowByKey, touchedRows, type ChangeTemplate } from '../plan/change-plan.ts'
import { readCell, type RowColumn } from '../plan/read-row.ts'
import { createSelectTemplate, type SelectTemplate } from '../plan/select-plan.ts'
import { runSelect, type Call } from './run-select.ts'

/** Answers rows where the statement does. */
export function runChange(call: Call, template: ChangeTemplate): MaybePromise<QueryResult> {
  const { session, params, signal } = call
  const { prepared, read, keys, answersRows } = template.plan(params)
  const binds = prepared.bind(params)
  if (!answersRows)
    return chain(session.run(prepared.statement, binds, signal), (count) => ({ rows: [], count }))
  return chain(session.all(prepared.statement, binds, signal), (found) => {
    const rows = inKeyOrder(keys, found).map(read)
    return { rows, count: rows.length }
  })
}

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

export type RunReturning = (call: Call, change: ChangeTemplate) => Promise<QueryResult>

/** The rows a change touches, selected and locked before it; for a delete also their number. */
export function createReturning(
  model: Model,
  dialect: SqlDialect,
  entity: Entity,
  query: UpdateQuery | DeleteQuery,
): RunReturning {
  const returning = query.returning ?? []
  const select = (fields: readonly string[]): SelectTemplate =>
    createSelectTemplate(model, dialect, touchedRows(entity, query, fields))
  if (query.kind === 'delete') {
    const before = select(returning)
    return async (call, change) => {
      const { rows, count } = await runSelect(call, before)
      await runChange(call, change)
      return { rows: query.returning === undefined ? [] : rows, count }
    }
  }
  const keys = select(entity.primaryKey)
  const after = createSelectTemplate(model, dialect, rowByKey(entity, returning))
  return async (call, change) => {
    const touched = await runSelect(call, keys)
    const { count } = await runChange(call, change)
    const rows: ResultRow[] = []
    for (const row of touched.rows) {
      const params = keyAfter(entity, query, call, row)
      rows.push(...(await runSelect({ ...call, params }, after)).rows)
    }
    return { rows, count }
  }
}

/** The primary key may itself be among what changes. */
function keyAfter(entity: Entity, query: UpdateQuery, call: Call, row: ResultRow): Value[] {
  return entity.primaryKey.map((field) => {
    const assignment = query.set.find((one) => one.field === field)
    if (assignment === undefined) return row[field] as Value
    if (assignment.kind !== 'set' || assignment.value.kind !== 'param')
      throw unsupported('returning', 'a computed primary key cannot be answered')
    return call.params[assignment.value.index] as Value
  })
}
