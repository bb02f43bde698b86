// What is said of a name that is none: the same for one that does not exist and for one the caller may
// not use, with hints taken only from names he may know.
import type { FieldUse, LinkUse, PrincipalAccess } from '@proj/dbal-policy'
import { suggest, type Entity, type Model } from '@proj/dbal-schema/model'

const UNKNOWN = 'is not a known field'

export function unknownName(
  name: string,
  entity: Entity,
  model: Model,
  access: PrincipalAccess,
  use: FieldUse,
): string {
  if (!access.sees(entity)) return UNKNOWN
  const fields = access.entity(entity)
  const open = [...entity.fields.keys()].filter((field) => fields.field(field, use) !== false)
  // A hidden name must not read better than an invented one: neither is compared with itself.
  const relations = visibleRelations(entity, model, access, use === 'filter' ? use : 'read')
  return withHint(UNKNOWN, name, [...open, ...relations])
}

/** Relations that the caller may go over, to entities of which he may see some row. */
export function visibleRelations(
  entity: Entity,
  model: Model,
  access: PrincipalAccess,
  use: LinkUse,
): readonly string[] {
  return [...entity.relations.values()].flatMap((relation) => {
    const other = model.entities.get(relation.target)
    const isOpen =
      other !== undefined && access.sees(other) && access.link(relation, use, 'list').near !== false
    return isOpen ? [relation.name] : []
  })
}

/** `problem; did you mean near?` where a candidate is near. */
export function withHint(problem: string, name: string, candidates: Iterable<string>): string {
  const near = suggest(name, candidates)
  return near === undefined || near === name ? problem : `${problem}; did you mean ${near}?`
}
