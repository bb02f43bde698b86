// Rows that no other row refers to. They go alone: there are no children whose rules would have to be asked.
import type { Entity, Model, QueryPredicate } from '@proj/dbal-schema'
import { allOf, negate } from '@proj/dbal-schema/model'
import { entityOf } from './bind-rule.ts'

/**
 * Undefined where it cannot be told in a condition: children may be past their time or softly deleted, which a
 * condition does not see and the database takes along.
 */
export function unreferenced(model: Model, entity: Entity): QueryPredicate | undefined {
  const terms: QueryPredicate[] = []
  for (const { name, target, owning, to } of entity.relations.values()) {
    const child = entityOf(model, target)
    if (owning || child.fields.get(to)?.foreignKey?.entity !== entity.name) continue
    if (child.ttl !== undefined || child.softDelete !== undefined) return undefined
    terms.push(negate({ kind: 'exists', relation: name, where: { kind: 'true' } }))
  }
  return allOf(terms)
}
