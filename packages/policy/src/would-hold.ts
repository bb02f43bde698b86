// Rules asked of a row that is not stored: of one that could not be, because a key is taken. Who may not
// store it is told so, and not that the key is taken (docs/spec/access.md, ACC-30).
import { evaluatePredicate, type Row, type Value } from '@proj/dbal-contract'
import type { Entity, Relation, RulePredicate } from '@proj/dbal-schema'
import { entityOf } from './bind-rule.ts'
import type { RowsBefore } from './demand-images.ts'
import type { Guard } from './guard.ts'
import { resolveParams } from './references.ts'
import { identityOf } from './row-identity.ts'
import { boundRule, resolveSelects } from './row-rules.ts'
import { allFields, lookUpQuery } from './templates.ts'

/** Throws FORBIDDEN where one of the rows would fail one of the rules. */
export async function demandUnstored(
  guard: Guard,
  rules: readonly RulePredicate[],
  entity: Entity,
  rows: readonly Row[],
  before?: RowsBefore,
): Promise<void> {
  for (const rule of rules)
    for (const row of rows) {
      const old = before?.get(identityOf(entity, row))
      if (!(await wouldHold(guard, rule, entity, row, old))) throw guard.access.refusal()
    }
}

/** Thrown by the evaluation for rows that have still to be fetched. */
class Wanted extends Error {
  readonly entity: Entity
  readonly relation: Relation
  readonly key: Value
  constructor(entity: Entity, relation: Relation, key: Value) {
    super()
    this.entity = entity
    this.relation = relation
    this.key = key
  }
}

class CannotTell extends Error {}

/** A rule names few relations; a row of each is fetched once. */
const MAX_FETCHES = 100

async function wouldHold(
  guard: Guard,
  rule: RulePredicate,
  entity: Entity,
  row: Row,
  before: Row | undefined,
): Promise<boolean> {
  const { model } = guard.policy
  const { predicate, references } = boundRule(guard, rule, entity)
  const params = resolveParams([], 0, references, { ...guard.scope, before })
  const lists: (readonly Value[])[] = []
  const resolved = await resolveSelects(guard, predicate, params, lists)
  const fetched = new Map<string, readonly Row[]>()
  const nameOf = (from: Entity, { name }: Relation, key: Value): string =>
    JSON.stringify([from.name, name, String(key)])
  const related = (from: Entity, relation: Relation, of: Row): readonly Row[] => {
    const key = of[relation.from] ?? null
    if (key === null) return []
    const rows = fetched.get(nameOf(from, relation, key))
    if (rows === undefined) throw new Wanted(from, relation, key)
    return rows
  }
  const all = (): readonly Row[] => {
    throw new CannotTell()
  }
  const scope = { entity, row, params: [...params, ...lists], model, related, all }
  for (let n = 0; n < MAX_FETCHES; n += 1) {
    try {
      return evaluatePredicate(resolved, scope) === true
    } catch (wanted) {
      // A subselect inside of a relation: the stored row is asked, as ever.
      if (wanted instanceof CannotTell) return true
      if (!(wanted instanceof Wanted)) throw wanted
      const target = entityOf(model, wanted.relation.target)
      const query = lookUpQuery(target, [wanted.relation.to], allFields(target))
      const rows = await guard.rows(query, [wanted.key])
      fetched.set(nameOf(wanted.entity, wanted.relation, wanted.key), rows)
    }
  }
  return false
}
