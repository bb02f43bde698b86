// What an aggregate may say of its own results: `having`, and the order of groups.
import {
  canonicalValue,
  type AggregateFunction,
  type SortTerm,
  isPlainObject,
} from '@proj/dbal-contract'
import type { CompareOp, Entity, Field, FieldOperand, QueryPredicate } from '@proj/dbal-schema'
import { allOf } from '@proj/dbal-schema/model'
import { readOrder, sortEntries } from './compile-sort.ts'
import { relax } from './filter-value.ts'
import type { QueryBuilder } from './query-builder.ts'

export const FUNCTIONS = ['sum', 'avg', 'min', 'max'] as const

/** Fields of a group and results of functions, by alias. */
export type Results = ReadonlyMap<string, FieldOperand>

/** Alias of a function's result in the query: `sum:amount`. */
export function aliasOf(fn: AggregateFunction, field?: string): string {
  return field === undefined ? fn : `${fn}:${field}`
}

const COMPARISONS: ReadonlyMap<string, CompareOp> = new Map([
  ['eq', '='],
  ['ne', '!='],
  ['gt', '>'],
  ['gte', '>='],
  ['lt', '<'],
  ['lte', '<='],
])

/** `{ count: { gt: 1 }, sum: { amount: { gte: '10' } }, <group field>: value }`. */
export function compileHaving(
  having: unknown,
  entity: Entity,
  results: Results,
  builder: QueryBuilder,
): QueryPredicate | undefined {
  if (having === undefined) return undefined
  if (!isPlainObject(having)) {
    builder.fail('having', 'must be an object')
    return undefined
  }
  const terms = namedResults(having, 'having', results).flatMap(([alias, value, path]) => {
    const left = results.get(alias)
    if (left !== undefined) return compareResult(alias, left, value, entity, builder, path)
    builder.fail(path, 'is not part of this aggregate')
    return []
  })
  return allOf(terms)
}

/** `{ sum: { amount: x } }` names the result `sum:amount`; a field called `sum` comes first. */
function namedResults(
  given: Readonly<Record<string, unknown>>,
  path: string,
  results: Results,
): readonly (readonly [alias: string, value: unknown, path: string])[] {
  return Object.keys(given).flatMap((key) => {
    const value = given[key]
    const at = `${path}.${key}`
    const fn = FUNCTIONS.find((name) => name === key)
    if (fn === undefined || results.has(key) || !isPlainObject(value)) {
      return [[key, value, at] as const]
    }
    return Object.keys(value).map(
      (field) => [aliasOf(fn, field), value[field], `${at}.${field}`] as const,
    )
  })
}

function compareResult(
  alias: string,
  left: FieldOperand,
  value: unknown,
  entity: Entity,
  builder: QueryBuilder,
  path: string,
): readonly QueryPredicate[] {
  const given = isPlainObject(value) ? value : { eq: value }
  const keys = Object.keys(given)
  if (keys.length === 0) builder.fail(path, 'needs an operator')
  builder.spend(keys.length)
  return keys.flatMap((key) => {
    const op = COMPARISONS.get(key)
    builder.mark(`having:${alias} ${key}`)
    if (op === undefined) {
      builder.fail(`${path}.${key}`, 'is not a known operator')
      return []
    }
    const checked = canonicalValue(valueField(alias, left, entity), given[key])
    if (!checked.ok) {
      builder.fail(`${path}.${key}`, checked.error)
      return []
    }
    return [{ kind: 'compare', op, left, right: builder.param(checked.value, left.type) }]
  })
}

/** A field to check a result's value by: the aggregated field's scale, none of its bounds. */
function valueField(alias: string, left: FieldOperand, entity: Entity): Field {
  const [first] = entity.fields.values()
  const field = entity.fields.get(alias.slice(alias.indexOf(':') + 1)) ?? first
  return { ...relax(field as Field), type: left.type }
}

/** Groups come in the order asked for, then by their fields. */
export function compileGroupSort(
  sort: unknown,
  groupBy: readonly string[],
  results: Results,
  builder: QueryBuilder,
): SortTerm[] {
  const terms: SortTerm[] = []
  for (const [key, value, path] of sortEntries(sort, builder, 'sort')) {
    const at = path.slice(0, -key.length - 1)
    for (const [alias, order, place] of namedResults({ [key]: value }, at, results)) {
      const left = results.get(alias)
      const read = readOrder(order)
      if (left === undefined) builder.fail(place, 'is not part of this aggregate')
      else if (read === undefined) builder.fail(place, "must be 'asc' or 'desc'")
      else if (!terms.some((term) => term.operand === left)) terms.push({ operand: left, ...read })
    }
  }
  for (const name of groupBy) {
    const left = results.get(name)
    if (left === undefined || terms.some((term) => term.operand === left)) continue
    terms.push({ operand: left, direction: 'asc', nulls: 'last' })
  }
  const text = terms.map((t) => `${(t.operand as FieldOperand).field} ${t.direction} ${t.nulls}`)
  builder.mark(`sort:${text.join()}`)
  return terms
}
