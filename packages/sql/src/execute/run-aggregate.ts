import {
  compareValues,
  evaluateOperand,
  evaluatePredicate,
  tracing,
  type EvaluationScope,
  type Params,
  type QueryResult,
  type ResultRow,
  type Row,
  type SortTerm,
} from '@proj/dbal-contract'
import type { ParamOperand } from '@proj/dbal-schema'
import { internal } from '../compile/compile-context.ts'
import type { MaybePromise } from '../driver/driver.ts'
import { chain } from '../driver/maybe-promise.ts'
import type { AggregateTemplate } from '../plan/aggregate-plan.ts'
import { readGroup } from '../plan/read-group.ts'
import type { Call } from './run-select.ts'

export function runAggregate(call: Call, template: AggregateTemplate): MaybePromise<QueryResult> {
  const { session, params, signal } = call
  const { prepared, columns } = template.plan(params)
  const binds = prepared.bind(params)
  tracing.trace?.through('plan')
  return chain(session.all(prepared.statement, binds, signal), (found) => {
    tracing.trace?.through('driver')
    const groups = found.map((cells) => readGroup(columns, cells))
    const rows = template.finishedInMemory ? finish(template, params, groups) : groups
    tracing.trace?.through('decode')
    return { rows, count: rows.length }
  })
}

function finish(
  { query, entity, model }: AggregateTemplate,
  params: Params,
  groups: readonly ResultRow[],
): readonly ResultRow[] {
  const scopes = groups.map((row): EvaluationScope => ({
    entity,
    model,
    params,
    row: row as Row,
    related: noOtherRows,
    all: noOtherRows,
  }))
  const { having } = query
  const kept =
    having === undefined
      ? scopes
      : scopes.filter((scope) => evaluatePredicate(having, scope) === true)
  const sorted = kept.sort((a, b) => compareGroups(query.sort, a, b))
  const offset = countOf(query.offset, params) ?? 0
  const limit = countOf(query.limit, params) ?? sorted.length
  return sorted.slice(offset, offset + limit).map(({ row }) => row)
}

function noOtherRows(): never {
  throw internal('a group has no related rows')
}

function compareGroups(sort: readonly SortTerm[], a: EvaluationScope, b: EvaluationScope): number {
  for (const { operand, direction, nulls } of sort) {
    const [left, right] = [evaluateOperand(operand, a), evaluateOperand(operand, b)]
    if (left === null || right === null) {
      if (left === right) continue
      return (left === null) === (nulls === 'first') ? -1 : 1
    }
    const type = 'type' in operand ? operand.type : 'text'
    const order = compareValues(type, left, right)
    if (order !== 0) return direction === 'asc' ? order : -order
  }
  return 0
}

function countOf(operand: ParamOperand | undefined, params: Params): number | undefined {
  return operand === undefined ? undefined : (params[operand.index] as number)
}
