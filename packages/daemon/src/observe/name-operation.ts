import type { OperationEvent } from '@proj/dbal'
import type { Model } from '@proj/dbal-schema'

/** What callers made up is one name: it must not become a label of a metric, or a line of a log. */
const UNKNOWN = 'unknown'

export interface NamedOperation {
  readonly name: string
  readonly entity: string
}

/** All operations of the model, `User.create`. */
export function operationNames(model: Model): readonly string[] {
  return [...model.entities.values()].flatMap(({ name, operations }) =>
    [...operations.keys()].map((operation) => `${name}.${operation}`),
  )
}

export function createOperationNames(model: Model): (event: OperationEvent) => NamedOperation {
  return ({ entity, action }) => {
    const known = model.entities.get(entity) ?? model.accessors.get(entity)
    const operation =
      known?.operations.get(action) ??
      [...(known?.operations.values() ?? [])].find(({ method }) => method === action)
    if (known === undefined || operation === undefined) return { name: UNKNOWN, entity: UNKNOWN }
    return { name: `${known.name}.${operation.name}`, entity: known.name }
  }
}
