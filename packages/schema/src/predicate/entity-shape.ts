import type { Entity } from '../model/entity.ts'

/** What a predicate is typed against: enough of an entity to resolve names, before the rest of it is built. */
export type EntityShape = Pick<Entity, 'name' | 'fields' | 'relations'>
