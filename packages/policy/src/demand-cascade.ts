// What the database does by itself when a row goes: children that are deleted with it need their own
// delete rule, children that lose their key the update rule of that key. `cascade: system` on the grant
// that deletes the parent lifts both.
import type { Row, Value } from '@proj/dbal-contract'
import { negate, type Entity, type ForeignKey, type RulePredicate } from '@proj/dbal-schema'
import { entityOf } from './bind-rule.ts'
import { foldRaw } from './fold-query.ts'
import type { Guard } from './guard.ts'
import { PlanCache } from './plan-cache.ts'
import { identityOf } from './row-identity.ts'
import { amongQuery } from './templates.ts'

interface Consequence {
  readonly child: Entity
  /** The field that refers to the row that goes, and the field it refers to. */
  readonly from: string
  readonly to: string
  readonly deletes: boolean
  /** What a child must satisfy. */
  readonly rule: RulePredicate
}

const known = new PlanCache<boolean>()

/** False when no rule has a say in what the database does with the children. */
export function hasCascade(guard: Guard, entity: Entity): boolean {
  if (guard.access.system) return false
  return known.get(guard.access, entity.name, () => matters(guard, entity, new Set()))
}

/**
 * The fields of a row that children refer to, beside its primary key; with these `demandCascade` can
 * follow it.
 */
export function referredFields(guard: Guard, entity: Entity): readonly string[] {
  const referred = consequences(guard, entity).map(({ to }) => to)
  return [...new Set([...entity.primaryKey, ...referred])]
}

/** Throws FORBIDDEN when deleting these rows would touch a child that the caller may not touch so. */
export async function demandCascade(
  guard: Guard,
  entity: Entity,
  rows: readonly Row[],
  seen = new Set<string>(),
): Promise<void> {
  const fresh = rows.filter((row) => !seen.has(`${entity.name} ${identityOf(entity, row)}`))
  for (const row of fresh) seen.add(`${entity.name} ${identityOf(entity, row)}`)
  if (fresh.length === 0) return
  for (const { child, from, to, deletes, rule } of consequences(guard, entity)) {
    const values = [...new Set(fresh.map((row) => row[to] as Value))].filter((v) => v !== null)
    await demandAll(guard, child, from, rule, values)
    if (!deletes || !hasCascade(guard, child)) continue
    const query = amongQuery(child, from, referredFields(guard, child))
    await demandCascade(guard, child, await guard.rows(query, [values]), seen)
  }
}

async function demandAll(
  guard: Guard,
  child: Entity,
  from: string,
  rule: RulePredicate,
  values: readonly Value[],
): Promise<void> {
  if (rule.kind === 'true') return
  const query = amongQuery(child, from, child.primaryKey)
  const folded = guard.plan(query, 'cascade', rule, () =>
    foldRaw(query, unlessHolds(rule), guard.rules),
  )
  const { count } = await guard.run(folded, [values])
  if (count === 0) return
  throw guard.access.refusal({ reason: 'records that hang on it may not be changed by you' })
}

/** The rows for which a rule does not hold; unknown is no. */
export function unlessHolds(rule: RulePredicate): RulePredicate {
  const constant = rule.kind === 'true' || rule.kind === 'false'
  return negate(constant ? rule : { kind: 'holds', term: rule })
}

/** Whether a rule on the way down could refuse; entities already being looked at are passed over. */
function matters(guard: Guard, entity: Entity, above: ReadonlySet<string>): boolean {
  const within = new Set([...above, entity.name])
  return consequences(guard, entity).some(
    ({ child, deletes, rule }) =>
      rule.kind !== 'true' || (deletes && !within.has(child.name) && matters(guard, child, within)),
  )
}

function consequences(guard: Guard, entity: Entity): readonly Consequence[] {
  const { model } = guard.policy
  return [...entity.relations.values()].flatMap((relation) => {
    if (relation.owning) return []
    const child = entityOf(model, relation.target)
    const key = child.fields.get(relation.to)?.foreignKey
    const action = key?.onDelete
    if (key?.entity !== entity.name || !ACTS.has(action)) return []
    const deletes = action === 'cascade'
    const access = guard.access.entity(child)
    const { where: rule } = deletes
      ? access.decide('delete')
      : access.decide('update', [relation.to])
    return [{ child, from: relation.to, to: relation.from, deletes, rule }]
  })
}

const ACTS: ReadonlySet<ForeignKey['onDelete'] | undefined> = new Set([
  'cascade',
  'set_null',
  'set_default',
])
