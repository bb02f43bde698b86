// What a call names: an entity by its name or accessor, an operation in either spelling.
import type { Entity } from './entity.ts'
import type { Model } from './model.ts'
import type { OperationSpec } from './operation-spec.ts'

export function findCalledEntity(model: Model, name: string): Entity | undefined {
  return model.entities.get(name) ?? model.accessors.get(name)
}

/** `get_tree`, `getTree`. */
export function findCalledOperation(
  { operations }: Pick<Entity, 'operations'>,
  name: string,
): OperationSpec | undefined {
  return operations.get(name) ?? [...operations.values()].find(({ method }) => method === name)
}
