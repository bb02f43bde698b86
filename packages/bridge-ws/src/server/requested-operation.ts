// A method of the protocol as an operation of the Model, and its answer as JSON.
import {
  decodeInput,
  decodeMisfits,
  encodeResult,
  invalid,
  isPlainObject,
  type Operation,
} from '@proj/dbal-contract'
import type { Entity, JsonValue, Model, OperationSpec } from '@proj/dbal-schema'

type Input = Readonly<Record<string, unknown>>

export interface Requested {
  readonly operation: Operation
  encode(answer: unknown): JsonValue
}

/**
 * `Entity.operation` in either spelling. What the Model does not know goes on as it is: who runs operations
 * says so, in the words that it has for the caller.
 */
export function readOperation(
  model: Model,
  method: string,
  params: Input,
  misfits = false,
): Requested {
  const dot = method.indexOf('.')
  const [name, action] = [method.slice(0, dot), method.slice(dot + 1)]
  const entity = model.entities.get(name)
  const spec = entity === undefined ? undefined : findOperation(entity, action)
  const given = misfits ? decodeMisfits(params) : params
  if (!isPlainObject(given)) throw invalid([{ field: 'input', error: 'must be an object' }])
  if (entity === undefined || spec === undefined)
    return { operation: { entity: name, action, input: given }, encode: () => null }
  const input = decodeInput(model, entity, spec, given)
  return {
    operation: { entity: entity.name, action: spec.name, input },
    encode: (answer) => encodeResult(model, entity.name, spec, answer),
  }
}

function findOperation(entity: Entity, action: string): OperationSpec | undefined {
  const named = entity.operations.get(action)
  if (named !== undefined) return named
  for (const spec of entity.operations.values()) if (spec.method === action) return spec
  return undefined
}
