// What the database does by itself to the rows that refer to a row which goes or whose key changes.
import { literalDefault, type Value } from '@proj/dbal-contract'
import type { Entity, ForeignKey, RulePredicate } from '@proj/dbal-schema'
import { entityOf } from './bind-rule.ts'
import type { Guard } from './guard.ts'
import { mentionsField } from './mentions.ts'
import { PlanCache } from './plan-cache.ts'

/** What happens to rows: they go, or these fields of theirs get these values. */
export type Event = 'deleted' | ReadonlyMap<string, Value>

export interface Consequence {
  readonly child: Entity
  /** The field of the child that refers to the row, and the field it refers to. */
  readonly from: string
  readonly to: string
  /** What happens to the children in turn. */
  readonly event: Event
  /** What a child must satisfy as it is. */
  readonly rule: RulePredicate
  /** What it must satisfy as it will be; absent where nothing more is asked. */
  readonly check?: RulePredicate
}

export function consequencesOf(guard: Guard, entity: Entity, event: Event): readonly Consequence[] {
  const { model } = guard.policy
  return [...entity.relations.values()].flatMap((relation): Consequence[] => {
    const { from: to, to: from } = relation
    if (relation.owning || (event !== 'deleted' && !event.has(to))) return []
    const child = entityOf(model, relation.target)
    const field = child.fields.get(from)
    const key = field?.foreignKey
    if (field === undefined || key?.entity !== entity.name) return []
    const action = event === 'deleted' ? key.onDelete : key.onUpdate
    if (!ACTS.has(action)) return []
    const access = guard.access.entity(child)
    if (event === 'deleted' && action === 'cascade') {
      return [{ child, from, to, event, rule: access.decide('delete').where }]
    }
    const value =
      action === 'set_default'
        ? literalDefault(field)
        : action === 'set_null' || event === 'deleted'
          ? null
          : (event.get(to) ?? null)
    const { where: rule, check } = access.decide('update', [from])
    const isSettled = check === rule && !mentionsField(check, from)
    const next = { child, from, to, event: new Map([[from, value]]), rule }
    return [isSettled ? next : { ...next, check }]
  })
}

const ACTS: ReadonlySet<ForeignKey['onDelete']> = new Set(['cascade', 'set_null', 'set_default'])

const known = new PlanCache<boolean>()

/** False when no rule has a say in what the database does with the children. */
export function hasSay(guard: Guard, entity: Entity, event: Event): boolean {
  const fields = event === 'deleted' ? 'deleted' : [...event.keys()].join()
  return known.get(guard.access, `${entity.name}:${fields}`, () =>
    matters(guard, entity, event, new Set()),
  )
}

/** Whether a rule on the way down could refuse; entities already being looked at are passed over. */
function matters(guard: Guard, entity: Entity, event: Event, above: ReadonlySet<string>): boolean {
  const within = new Set([...above, entity.name])
  return consequencesOf(guard, entity, event).some(
    ({ child, event: next, rule, check }) =>
      rule.kind !== 'true' ||
      check !== undefined ||
      (!within.has(child.name) && matters(guard, child, next, within)),
  )
}

const followed = new PlanCache<ReadonlySet<string>>()

/** Fields whose change reaches rows that rules speak of. */
export function followedFields(guard: Guard, entity: Entity): ReadonlySet<string> {
  return followed.get(guard.access, entity.name, () => {
    const names = [...entity.fields.keys()]
    return new Set(names.filter((name) => hasSay(guard, entity, new Map([[name, null]]))))
  })
}

/** The fields of a row that children refer to, beside its primary key. */
export function referredFields(guard: Guard, entity: Entity, event: Event): readonly string[] {
  const referred = consequencesOf(guard, entity, event).map(({ to }) => to)
  return [...new Set([...entity.primaryKey, ...referred])]
}
