// What is said of a name that is none: the same for one that does not exist and for one the caller may
// not use, with hints taken only from names he may know.
import { suggest, type Entity, type Model } from '@proj/dbal-schema'
import type { FieldUse, PrincipalAccess } from '@proj/dbal-policy'

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
  return withHint(UNKNOWN, name, [...open, ...visibleRelations(entity, model, access)])
}

/** Relations to entities of which the caller may see some row. */
export function visibleRelations(
  entity: Entity,
  model: Model,
  access: PrincipalAccess,
): readonly string[] {
  return [...entity.relations.values()].flatMap(({ name, target }) => {
    const other = model.entities.get(target)
    return other !== undefined && access.sees(other) ? [name] : []
  })
}

/** `problem; did you mean near?` where a candidate is near. */
export function withHint(problem: string, name: string, candidates: Iterable<string>): string {
  const near = suggest(name, candidates)
  return near === undefined || near === name ? problem : `${problem}; did you mean ${near}?`
}
