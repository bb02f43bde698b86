// A read of one row by a unique key, as what several of them have in common: the query without the key, run for
// many keys at once as an include is for those of its parents. Which calls go together is left to
// adapter/batch-reads.ts.
import {
  conjuncts,
  pinnedKeys,
  pinsOf,
  type Model,
  type Pin,
  type SelectQuery,
} from '@proj/dbal-contract'
import type { Field } from '@proj/dbal-schema'
import { entityOf, fieldOf } from '../compile/compile-context.ts'
import type { SqlDialect } from '../dialect/dialect.ts'
import { createSelectTemplate, type SelectTemplate } from './select-plan.ts'

/** A part of a key that may differ between calls which one statement answers. */
export interface PointKey {
  /** Position of its param, which is named nowhere else in the query. */
  readonly index: number
  readonly field: Field
  /** The query for many values of the field. */
  readonly template: SelectTemplate
}

/** None where the query may answer several rows, or does more than read them. */
export function pointKeys(
  model: Model,
  dialect: SqlDialect,
  query: SelectQuery,
): readonly PointKey[] {
  if (!isPlain(query)) return []
  const entity = entityOf(model, query.entity)
  const pins = pinsOf(query.where)
  const inKey = new Set(pinnedKeys(entity, pins).flat())
  return pins.flatMap((pin) => {
    const { field: name, value } = pin
    const field = fieldOf(entity, name)
    if (!inKey.has(name) || value.kind !== 'param' || value.list === true) return []
    if (countUses(query, value.index) !== 1) return []
    const template = createSelectTemplate(model, dialect, without(query, pin), field)
    return [{ index: value.index, field, template }]
  })
}

function isPlain({ include, distinct, limit, offset, forUpdate }: SelectQuery): boolean {
  const isPaged = limit !== undefined || offset !== undefined
  return (include ?? []).length === 0 && distinct === undefined && !isPaged && forUpdate !== true
}

/** A call has one row at most, so there is nothing to sort. */
function without(query: SelectQuery, { term }: Pin): SelectQuery {
  const terms = conjuncts(query.where).filter((other) => other !== term)
  return { ...query, where: { kind: 'and', terms }, sort: [] }
}

function countUses(node: unknown, index: number): number {
  if (typeof node !== 'object' || node === null) return 0
  if ('kind' in node && node.kind === 'param' && 'index' in node && node.index === index) return 1
  return Object.values(node).reduce<number>((sum, part) => sum + countUses(part, index), 0)
}
