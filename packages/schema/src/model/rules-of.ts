import { byModel } from './by-model.ts'
import type { Entity } from './entity.ts'
import type { Model } from './model.ts'
import type { AccessRule } from './rule.ts'

/** The rules of an entity, those of all entities among them, in the order of the model. */
export function rulesOf(model: Model, { name }: Pick<Entity, 'name'>): readonly AccessRule[] {
  return rulesByEntity(model).get(name) ?? []
}

const rulesByEntity = byModel((model) => {
  const found = new Map<string, AccessRule[]>([...model.entities.keys()].map((name) => [name, []]))
  for (const rule of model.rules) {
    const lists = rule.entity === '*' ? found.values() : [found.get(rule.entity)]
    for (const list of lists) list?.push(rule)
  }
  return found
})
