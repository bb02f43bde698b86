// Rules asked of rows at hand: on their own values where they are enough, else in the store.
import {
  evaluatePredicate,
  isLocal,
  type Params,
  type QueryPredicate,
  type Row,
  type SelectQuery,
  type Value,
} from '@proj/dbal-contract'
import type { Entity, RulePredicate } from '@proj/dbal-schema'
import { foldRaw, foldRule, type Folded } from './fold-query.ts'
import type { Guard } from './guard.ts'
import type { BoundRule } from './principal-access.ts'
import { resolveParams } from './references.ts'
import { amongQuery, byKeyQuery } from './templates.ts'

/** True when the row's own values decide. */
export function decidesLocally(guard: Guard, rule: RulePredicate, entity: Entity): boolean {
  return boundRule(guard, rule, entity).local
}

/** True when row-level security judges a row that is written as the rule does (ACC-66). */
export function agreesWithLock(guard: Guard, rule: RulePredicate, entity: Entity): boolean {
  return !boundRule(guard, rule, entity).unlocked
}

/** Whether a local rule holds for values at hand; unknown counts as no. */
export function holds(
  guard: Guard,
  rule: RulePredicate,
  entity: Entity,
  row: Row,
  before?: Row,
): boolean {
  return localTest(guard, rule, entity, before)(row)
}

/** The same rule made ready once for many rows. */
export function localTest(
  guard: Guard,
  rule: RulePredicate,
  entity: Entity,
  before?: Row,
): (row: Row) => boolean {
  if (rule.kind === 'true') return () => true
  const { predicate, references } = boundRule(guard, rule, entity)
  const params = resolveParams([], 0, references, guard.scope, before)
  const { model } = guard.policy
  const scope = { entity, row: nobody, params, model, related: nothing, all: nothing }
  return (row) => {
    scope.row = row
    return evaluatePredicate(predicate, scope) === true
  }
}

const nobody = Object.create(null) as Row
const nothing = (): readonly Row[] => []

/** Whether a rule holds for a stored row. */
export async function holdsStored(
  guard: Guard,
  rule: RulePredicate,
  entity: Entity,
  row: Row,
  before?: Row,
): Promise<boolean> {
  if (decidesLocally(guard, rule, entity)) return holds(guard, rule, entity, row, before)
  const { query, base, references } = stored(guard, rule, entity, 'key')
  const key = entity.primaryKey.map((name) => row[name])
  const params = resolveParams(key, base, references, guard.scope, before)
  return (await guard.rows(query, params)).length > 0
}

/** Whether a rule that is not local holds for every one of these stored rows, in one statement where it can be. */
export async function allHoldStored(
  guard: Guard,
  rule: RulePredicate,
  entity: Entity,
  rows: readonly Row[],
): Promise<boolean> {
  const [key, more] = entity.primaryKey
  if (key === undefined || more !== undefined || rows.length === 1) {
    for (const row of rows) if (!(await holdsStored(guard, rule, entity, row))) return false
    return true
  }
  const { query, base, references } = stored(guard, rule, entity, 'list')
  const keys = rows.map((row) => row[key] as Value)
  const params = resolveParams([keys], base, references, guard.scope)
  return (await guard.rows(query, params)).length === rows.length
}

/**
 * Whether a rule holds that looks at no row: at the caller and the input, and at what is stored by
 * subselects, which are asked first.
 */
export async function holdsWithoutRow(
  guard: Guard,
  rule: RulePredicate,
  entity: Entity,
): Promise<boolean> {
  const { predicate, references } = boundRule(guard, rule, entity)
  const params = resolveParams([], 0, references, guard.scope)
  const lists: (readonly Value[])[] = []
  const resolved = await resolveSelects(guard, predicate, params, lists)
  return evaluate(guard, resolved, entity, nobody, [...params, ...lists])
}

/** Subselects replaced by lists of what they answer, in positions after the params. */
export async function resolveSelects(
  guard: Guard,
  predicate: QueryPredicate,
  params: Params,
  lists: (readonly Value[])[],
): Promise<QueryPredicate> {
  switch (predicate.kind) {
    case 'and':
    case 'or': {
      const terms: QueryPredicate[] = []
      for (const term of predicate.terms) {
        terms.push(await resolveSelects(guard, term, params, lists))
      }
      return { ...predicate, terms }
    }
    case 'not':
    case 'holds':
      return { ...predicate, term: await resolveSelects(guard, predicate.term, params, lists) }
    case 'inSelect': {
      const { entity, field, where, left } = predicate
      const query = { kind: 'select', entity, fields: [field], where, sort: [] } as const
      const rows = await guard.rows(query, params)
      const index = params.length + lists.push(rows.map((row) => row[field] ?? null)) - 1
      const type = guard.policy.model.entities.get(entity)?.fields.get(field)?.type ?? 'string'
      return { kind: 'in', left, list: { kind: 'param', index, type, list: true } }
    }
    default:
      return predicate
  }
}

function evaluate(
  guard: Guard,
  predicate: QueryPredicate,
  entity: Entity,
  row: Row,
  params: Params,
): boolean {
  const { model } = guard.policy
  const scope = { entity, row, params, model, related: nothing, all: nothing }
  return evaluatePredicate(predicate, scope) === true
}

/** A query for the stored row of a key, or rows of a list of keys, if they satisfy the rule. */
function stored(
  guard: Guard,
  rule: RulePredicate,
  entity: Entity,
  by: 'key' | 'list',
): Folded<SelectQuery> {
  const { primaryKey } = entity
  const query =
    by === 'key'
      ? byKeyQuery(entity, primaryKey)
      : amongQuery(entity, primaryKey[0] ?? '', primaryKey)
  return guard.plan(query, 'stored', rule, () => foldRaw(query, rule, guard.rules))
}

/** The rule over the row's own entity, ready for evaluation. */
export function boundRule(guard: Guard, rule: RulePredicate, entity: Entity): BoundRule {
  const { policy, access, rules } = guard
  return policy.bound.get(rule, access.keyOf(entity.name), () => {
    const folded = foldRule(rule, entity, rules)
    return { ...folded, local: isLocal(folded.predicate) }
  })
}
