import type { Entity, Model } from '@proj/dbal-schema'

/** Entities by package: packages by name, entities without one last under `undefined`. */
export function entitiesByPackage(
  model: Model,
): readonly (readonly [name: string | undefined, entities: readonly Entity[]])[] {
  const groups = new Map<string | undefined, Entity[]>()
  for (const entity of model.entities.values()) {
    const group = groups.get(entity.package)
    if (group === undefined) groups.set(entity.package, [entity])
    else group.push(entity)
  }
  return [...groups].sort(([a], [b]) => {
    if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1
    return a < b ? -1 : 1
  })
}
