import { inputSchema, type JsonSchema } from '@proj/dbal-contract'
import type { Entity, OperationSpec } from '@proj/dbal-schema'
import { closedObject, reference, type SchemaPlace } from './schema-place.ts'
import { closeFixed, strictCreate, wireForm } from './write-schemas.ts'

type ObjectSchema = Readonly<Record<string, unknown>>
type Properties = Readonly<Record<string, JsonSchema>>

/** The flat input of an operation in wire form. */
export function operationInput(
  entity: Entity,
  operation: OperationSpec,
  place: SchemaPlace,
): ObjectSchema {
  const schema = inputSchema(entity, operation, wireForm(entity, operation, place)) as ObjectSchema
  const properties = schema['properties'] as Properties
  const update = reference(place.entity(entity.name, 'update'))
  switch (operation.builtIn) {
    case 'create':
      return strictCreate(schema) as ObjectSchema
    case 'create_many': {
      const { items, ...list } = properties['items'] as ObjectSchema
      const rows = { ...list, items: strictCreate(items as JsonSchema) }
      return { ...schema, properties: { ...properties, items: rows } }
    }
    case 'update':
      return closeFixed(schema, entity, operation, entity.primaryKey) as ObjectSchema
    case 'update_many':
      return { ...schema, properties: { ...properties, data: update } }
    case 'upsert': {
      const where = reference(place.entity(entity.name, 'where'))
      const create = strictCreate(properties['create'] ?? false)
      return { ...schema, properties: { ...properties, where, create, update } }
    }
    default:
      return { ...schema, properties: bounded(properties, operation) }
  }
}

function bounded(properties: Properties, operation: OperationSpec): Properties {
  const { limit } = properties
  const limits = operation.builtIn !== undefined && operation.builtIn !== 'aggregate'
  if (typeof limit !== 'object' || limit['type'] !== 'integer' || !limits) return properties
  const { maxLimit: maximum, defaultLimit } = operation
  const whole = operation.builtIn === 'list' || operation.builtIn === 'search'
  return {
    ...properties,
    limit: { ...limit, maximum, ...(whole ? { default: defaultLimit } : {}) },
  }
}

export function operationOutput(
  entity: Entity,
  operation: OperationSpec,
  place: SchemaPlace,
): JsonSchema {
  const { builtIn, output } = operation
  if (builtIn === 'list' || builtIn === 'search')
    return reference(place.entity(entity.name, 'page'))
  if (builtIn === 'aggregate') {
    const figures = reference(place.entity(entity.name, 'aggregate'))
    return { anyOf: [figures, { type: 'array', items: figures }] }
  }
  if (output.kind === 'entity') {
    const row = reference(place.entity(output.entity, 'result'))
    return output.many ? { type: 'array', items: row } : row
  }
  switch (output.type) {
    case 'json':
      return {}
    case 'float':
      return { type: 'number' }
    default:
      return { type: output.type }
  }
}

/** Both directions in one schema, for documents that hold one operation. */
export function operationExchange(input: JsonSchema, output: JsonSchema): JsonSchema {
  return closedObject({ input, output }, ['input', 'output'])
}
