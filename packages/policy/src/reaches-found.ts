// Whether an update reaches every row that a look-up finds: then one that touches no row has looked it up as well.
import type { Entity, RulePredicate } from '@proj/dbal-schema'
import { allOf, simplifyPredicate } from '@proj/dbal-schema/model'
import type { EntityAccess } from './access.ts'
import type { Guard } from './guard.ts'
import { mentionsField } from './mentions.ts'
import { PlanCache, useOf } from './plan-cache.ts'

const known = new PlanCache<boolean>()

/** `names` are what the data holds, by its own fields. False where it is in doubt. */
export function reachesFound(guard: Guard, entity: Entity, names: readonly string[]): boolean {
  const access = guard.access.entity(entity)
  const { sent, closed } = access.sends('update', names)
  if (closed.length > 0 || guard.requirement(entity) !== undefined) return false
  return known.get(access, useOf('reaches', sent), () => work(access, sent))
}

function work(access: EntityAccess, sent: readonly string[]): boolean {
  const { allowed, where, check } = access.decide('update', sent)
  const read = access.decide('read')
  if (!allowed || !read.allowed || check !== where) return false
  const set = [...sent, ...access.presets('update').map(({ field }) => field)]
  // A check of the row that is left may refuse it, and a sum is for those only who may read what they add to.
  return (
    set.every(
      (name) => !mentionsField(check, name) && access.field(name, 'read', 'read') === true,
    ) && isImplied(where, read.where)
  )
}

function isImplied(term: RulePredicate, by: RulePredicate): boolean {
  const both = simplifyPredicate(allOf([by, term]))
  return JSON.stringify(both) === JSON.stringify(simplifyPredicate(by))
}
