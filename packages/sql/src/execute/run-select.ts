// Runs a select, then its includes for all parents at once, and puts each row under its parent.
import {
  tracing,
  type Params,
  type QueryResult,
  type ResultRow,
  type StopSignal,
  type Value,
} from '@proj/dbal-contract'
import type { Cells, MaybePromise, SqlSession } from '../driver/driver.ts'
import { chain } from '../driver/maybe-promise.ts'
import { identityOf } from '../plan/identity.ts'
import { isShown, readCell, type RowColumn } from '../plan/read-row.ts'
import type { CountPlan, IncludePlan, SelectPlan, SelectTemplate } from '../plan/select-plan.ts'
import { decodeInteger } from '../value/decode-value.ts'

export interface Call {
  readonly session: SqlSession
  readonly params: Params
  readonly signal: StopSignal | undefined
}

export function runSelect(call: Call, template: SelectTemplate): MaybePromise<QueryResult> {
  const plan = template.plan(call.params)
  const { statement, bind } = plan.prepared
  const binds = bind(call.params)
  tracing.trace?.through('plan')
  return chain(call.session.all(statement, binds, call.signal), (found) => {
    tracing.trace?.through('driver')
    const rows = found.map(plan.read)
    tracing.trace?.through('decode')
    if (template.includes.length === 0) return { rows, count: rows.length }
    return includeAll(call, template, plan, found, rows).then(() => ({ rows, count: rows.length }))
  })
}

async function includeAll(
  call: Call,
  template: SelectTemplate,
  plan: SelectPlan,
  found: readonly Cells[],
  rows: readonly ResultRow[],
): Promise<void> {
  for (const include of template.includes) {
    const link = plan.links.get(include.as) as RowColumn
    // A parent from whom the relation is kept fetches no row by it.
    const values = found.map((cells) => (isShown(link, cells) ? readCell(link, cells) : null))
    const keys = distinctKeys(link, values)
    const answers =
      include.rows === undefined
        ? await countRelated(call, include.counts, keys)
        : await fetchRelated(call, include, include.rows, keys)
    rows.forEach((row, at) => {
      if (!isShown(link, found[at] as Cells)) return
      const value = values[at] ?? null
      row[include.as] =
        (value === null ? undefined : answers.get(identityOf(link.type, value))) ?? empty(include)
    })
  }
}

type Answer = ResultRow[string]

function empty(include: IncludePlan): Answer {
  if (include.rows === undefined) return 0
  return include.isOne ? null : []
}

async function fetchRelated(
  call: Call,
  include: IncludePlan,
  template: SelectTemplate,
  keys: readonly Value[],
): Promise<Map<unknown, Answer>> {
  const answers = new Map<unknown, Answer>()
  if (keys.length === 0) return answers
  const plan = template.plan(call.params, keys)
  const { statement, bind } = plan.prepared
  const found = await call.session.all(statement, bind(call.params, keys), call.signal)
  const rows = found.map(plan.read)
  await includeAll(call, template, plan, found, rows)
  const keyColumn = plan.keyColumn as RowColumn
  rows.forEach((row, at) => {
    const key = identityOf(keyColumn.type, readCell(keyColumn, found[at] as Cells))
    if (include.isOne) {
      if (!answers.has(key)) answers.set(key, row)
      return
    }
    const siblings = answers.get(key) as ResultRow[] | undefined
    if (siblings === undefined) answers.set(key, [row])
    else siblings.push(row)
  })
  return answers
}

async function countRelated(
  call: Call,
  counts: ((params: Params, keys?: readonly Value[]) => CountPlan) | undefined,
  keys: readonly Value[],
): Promise<Map<unknown, Answer>> {
  const answers = new Map<unknown, Answer>()
  if (keys.length === 0 || counts === undefined) return answers
  const { prepared, keyColumn, countCell } = counts(call.params, keys)
  const binds = prepared.bind(call.params, keys)
  for (const cells of await call.session.all(prepared.statement, binds, call.signal))
    answers.set(
      identityOf(keyColumn.type, readCell(keyColumn, cells)),
      decodeInteger(cells[countCell]),
    )
  return answers
}

function distinctKeys(column: RowColumn, values: readonly Value[]): readonly Value[] {
  const found = new Map<unknown, Value>()
  for (const value of values) if (value !== null) found.set(identityOf(column.type, value), value)
  return [...found.values()]
}
