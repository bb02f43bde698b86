import type { Entity } from '../model/entity.ts'

/** What a predicate is typed against: enough of an entity to resolve names, before the rest of it is built. */
export interface EntityShape extends Pick<Entity, 'name' | 'fields' | 'relations'> {
  /** Names of fields whose type is missing or unknown: a fault of its own, from which nothing follows here. */
  readonly untyped?: ReadonlySet<string>
}
