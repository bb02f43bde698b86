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
  const given = misfits ? decodeMisfits(params) : params
  if (!isPlainObject(given)) throw invalid([{ field: 'input', error: 'must be an object' }])
  const known = methodsOf(model).get(method)
  if (known === undefined) {
    const dot = method.indexOf('.')
    const [entity, action] = [method.slice(0, dot), method.slice(dot + 1)]
    return { operation: { entity, action, input: given }, encode: () => null }
  }
  const { entity, spec, encode } = known
  const input = decodeInput(model, entity, spec, given)
  return { operation: { entity: entity.name, action: spec.name, input }, encode }
}

interface Method {
  readonly entity: Entity
  readonly spec: OperationSpec
  readonly encode: Requested['encode']
}

const tables = new WeakMap<Model, ReadonlyMap<string, Method>>()

function methodsOf(model: Model): ReadonlyMap<string, Method> {
  let table = tables.get(model)
  if (table === undefined) {
    table = makeTable(model)
    tables.set(model, table)
  }
  return table
}

function makeTable(model: Model): ReadonlyMap<string, Method> {
  const table = new Map<string, Method>()
  for (const entity of model.entities.values()) {
    const specs = [...entity.operations.values()]
    const methods = specs.map((spec): Method => ({
      entity,
      spec,
      encode: (answer) => encodeResult(model, entity.name, spec, answer),
    }))
    for (const method of methods) table.set(`${entity.name}.${method.spec.name}`, method)
    for (const method of methods) {
      // The name of another operation counts before this spelling.
      const spelt = `${entity.name}.${method.spec.method}`
      if (!table.has(spelt)) table.set(spelt, method)
    }
  }
  return table
}
