// A foreign key to a row the caller may not see answers like one to a row that is not there, so that
// writing a key tells nothing about hidden rows.
import { encodeValue, type Value } from '@proj/dbal-contract'
import type { Entity, Field } from '@proj/dbal-schema'
import type { FieldAccess } from './access.ts'
import { entityOf } from './bind-rule.ts'
import { foldFind } from './fold-query.ts'
import type { Guard } from './guard.ts'
import { amongQuery } from './templates.ts'

/** The values a write sends for each field; NULLs and fields without a foreign key are passed over. */
export type SentValues = ReadonlyMap<string, readonly (Value | undefined)[]>

/** Of the fields of a write those that `findUnseen` asks of: foreign keys, and what those to the same entity refer to. */
export function tiedFields(entity: Entity, names: readonly string[]): readonly string[] {
  const keys: string[] = []
  const own: string[] = []
  for (const name of names) {
    const key = entity.fields.get(name)?.foreignKey
    if (key === undefined) continue
    keys.push(name)
    if (key.entity === entity.name) own.push(key.field)
  }
  if (own.length === 0) return keys
  return names.filter((name) => keys.includes(name) || own.includes(name))
}

/** A key whose rows are not known to be visible. */
interface Doubt {
  readonly name: string
  readonly target: Entity
  readonly field: string
  readonly values: readonly Value[]
  /** Of none of them the caller may know. */
  readonly hidden: boolean
}

/**
 * The first key that leads to a row which is not visible, or whose value referred to does not show: CONFLICT to
 * whoever may make the change. Engines still check that the row exists. The rows of `vouched` keys are known to
 * be visible.
 */
export async function findUnseen(
  guard: Guard,
  entity: Entity,
  sent: SentValues,
  vouched?: ReadonlySet<string>,
): Promise<string | undefined> {
  for (const { name, target, field, values, hidden } of doubtsOf(guard, entity, sent, vouched))
    if (hidden || (await unseen(guard, target, field, values))) return name
  return undefined
}

/** Whether `findUnseen` would find none, without asking for anything that is stored. */
export function leadsToKnown(guard: Guard, entity: Entity, sent: SentValues): boolean {
  return doubtsOf(guard, entity, sent).length === 0
}

function doubtsOf(
  guard: Guard,
  entity: Entity,
  sent: SentValues,
  vouched?: ReadonlySet<string>,
): readonly Doubt[] {
  const doubts: Doubt[] = []
  for (const [name, values] of sent) {
    const key = entity.fields.get(name)?.foreignKey
    if (key === undefined) continue
    const target = entityOf(guard.policy.model, key.entity)
    const shown = shownOn(guard, target, key.field)
    if (shown === true && (vouched?.has(name) === true || isOpen(guard, target))) continue
    // Rows of one statement may refer to each other; those are the caller's own.
    const own = key.entity === entity.name ? distinct(target, key.field, sent.get(key.field)) : NONE
    const isSelf = (value: Value): boolean =>
      shown === true && isCaller(guard, target, key.field, value)
    const wanted = [...distinct(target, key.field, values)]
      .filter(([id, value]) => !own.has(id) && !isSelf(value))
      .map(([, value]) => value)
    if (wanted.length > 0)
      doubts.push({ name, target, field: key.field, values: wanted, hidden: shown === false })
  }
  return doubts
}

/** The rows whose value the caller may read: a key that is stored would tell him the others. */
function shownOn({ access }: Guard, target: Entity, field: string): FieldAccess {
  return access.system || access.entity(target).field(field, 'read', 'read')
}

const NONE: ReadonlyMap<unknown, Value> = new Map()

/** Each value once, by what tells values apart: two equal moments are two objects. */
function distinct(
  target: Entity,
  name: string,
  values: readonly (Value | undefined)[] = [],
): ReadonlyMap<unknown, Value> {
  const field = target.fields.get(name) as Field
  const found = new Map<unknown, Value>()
  // Many rows refer to few others.
  for (const value of new Set(values))
    if (value !== null && value !== undefined) found.set(encodeValue(field, value), value)
  return found
}

/** Every stored row is visible to the caller. */
function isOpen(guard: Guard, target: Entity): boolean {
  if (target.ttl !== undefined || target.softDelete !== undefined) return false
  return guard.access.system || guard.access.entity(target).decide('read').where.kind === 'true'
}

/** The caller himself is no secret to him. */
function isCaller(guard: Guard, target: Entity, field: string, value: Value): boolean {
  return target.principal && guard.scope.principal.claims.get(field) === value
}

async function unseen(
  guard: Guard,
  target: Entity,
  field: string,
  values: readonly Value[],
): Promise<boolean> {
  const query = amongQuery(target, field, target.primaryKey)
  // The system principal sees all that is alive, which the store below sees to.
  if (guard.access.system) return (await guard.rows(query, [values])).length < values.length
  if (!guard.access.entity(target).decide('read').allowed) return true
  const folded = guard.plan(query, 'target', undefined, () =>
    foldFind(query, true, guard.rules, [field]),
  )
  return (await guard.run(folded, [values])).count < values.length
}
