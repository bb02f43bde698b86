import type { Entity } from './entity.ts'
import type { Model } from './model.ts'

/** The entity of that name, or undefined. */
export function findEntity(model: Model, name: string): Entity | undefined {
  return model.entities.get(name)
}

/**
 * The entity of that name.
 * @throws RangeError when the model has none; for names that come from a caller use `findEntity`.
 */
export function getEntity(model: Model, name: string): Entity {
  const entity = model.entities.get(name)
  if (entity === undefined) throw new RangeError('The model has no entity of that name')
  return entity
}
