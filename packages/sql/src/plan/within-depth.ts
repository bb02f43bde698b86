// JSON that an engine cannot nest so deeply is refused before the first statement (JSON-5).
import { atIndex, invalid, type Model, type Params, type Query } from '@proj/dbal-contract'
import { entityOf } from '../compile/compile-context.ts'
import type { SqlDialect } from '../dialect/dialect.ts'
import { isBulkInsert } from '../execute/run-insert.ts'
import type { QueryPlan } from './plan.ts'

/** The plan, which throws VALIDATION_ERROR where a value that it stores is nested too deeply. */
export function withinDepth(
  model: Model,
  { jsonDepth: most }: SqlDialect,
  query: Query,
  plan: QueryPlan,
): QueryPlan {
  const stored = query.kind === 'insert' || query.kind === 'update' ? storedParams(query) : []
  const { fields } = entityOf(model, query.entity)
  const checked = stored.filter(({ field }) => fields.get(field)?.type === 'json')
  if (most === undefined || checked.length === 0) return plan
  // Of an insert the params are the rows, end to end.
  const width = query.kind === 'insert' ? query.fields.length : Number.POSITIVE_INFINITY

  const check = (params: Params): void => {
    for (let start = 0; start < params.length; start += width)
      for (const { field, index } of checked)
        if (!isWithin(params[start + index], most)) {
          const error = `must be nested at most ${most} deep on this database`
          const refusal = invalid([{ field, error }])
          throw isBulkInsert(query, params) ? atIndex(refusal, start / width) : refusal
        }
  }
  return {
    ...plan,
    run: (call) => {
      check(call.params)
      return plan.run(call)
    },
  }
}

interface StoredParam {
  readonly field: string
  readonly index: number
}

function storedParams(
  query: Extract<Query, { kind: 'insert' | 'update' }>,
): readonly StoredParam[] {
  if (query.kind === 'insert') return query.fields.map((field, index) => ({ field, index }))
  return [...query.set, ...(query.otherwise ?? [])].flatMap(({ field, value }) =>
    value.kind === 'param' ? [{ field, index: value.index }] : [],
  )
}

function isWithin(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return levels > 0 && Object.values(value).every((item) => isWithin(item, levels - 1))
}
