import type { Entity, Field, Model } from '@proj/dbal-schema'
import { rulesOf } from '@proj/dbal-schema/model'

/** Fields that results of the public API can hold. */
export function exposedFields(entity: Entity): readonly Field[] {
  return [...entity.fields.values()].filter((field) => isExposed(entity, field.name))
}

export function isExposed(entity: Entity, field: string): boolean {
  return !entity.security.neverExpose.includes(field)
}

/** Unique keys that a caller may name: none of their fields is hidden. */
export function exposedKeys(entity: Entity): readonly (readonly string[])[] {
  return entity.uniques.filter((key) => key.every((name) => isExposed(entity, name)))
}

/** Fields left out of some results, because of who reads: sensitive ones, and those some rule withholds. */
export function withheldFields(entity: Entity, model: Model): ReadonlySet<string> {
  const withheld = new Set<string>()
  for (const field of entity.fields.values()) if (field.sensitive) withheld.add(field.name)
  for (const { actions, fields } of rulesOf(model, entity)) {
    const reads = actions.includes('read') || actions.includes('list')
    if (!reads || fields?.read === undefined) continue
    for (const field of entity.fields.keys()) if (!fields.read.includes(field)) withheld.add(field)
  }
  return withheld
}
