import type { Model } from '@proj/dbal-contract'
import type { Entity } from '@proj/dbal-schema'

/** True where deleting a row of the entity may delete others of it by cascade. */
export function cascadesToItself(model: Model, entity: Entity): boolean {
  const reached = new Set<string>()
  const queue = [entity.name]
  for (const name of queue) {
    for (const child of model.entities.values()) {
      const cascades = [...child.fields.values()].some(
        ({ foreignKey }) => foreignKey?.entity === name && foreignKey.onDelete === 'cascade',
      )
      if (!cascades || reached.has(child.name)) continue
      reached.add(child.name)
      queue.push(child.name)
    }
  }
  return reached.has(entity.name)
}
