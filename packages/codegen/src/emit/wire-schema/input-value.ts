import type { JsonSchema } from '@proj/dbal-contract'
import type { Entity, InputSpec, OperationSpec } from '@proj/dbal-schema'
import { closedObject, reference, type SchemaPlace } from './schema-place.ts'
import { keySchema, typeSchema } from './value-schema.ts'

/** Inputs whose name says which part of the entity they are. */
const PARTS: ReadonlySet<string> = new Set(['filter', 'sort', 'include', 'where'])

/** An input of an operation that is no field of the entity. */
export function inputValue(
  input: InputSpec,
  entity: Entity,
  operation: OperationSpec,
  place: SchemaPlace,
): JsonSchema {
  if (PARTS.has(input.name) && (input.type === 'object' || input.type === 'json')) {
    return reference(place.entity(entity.name, input.name))
  }
  switch (input.type) {
    case 'list':
      return operation.builtIn === 'reorder' ? orderedItems(entity) : { type: 'array' }
    case 'object':
      return { type: 'object' }
    default: {
      const schema = typeSchema(input.type)
      return input.nullable === true ? { anyOf: [schema, { type: 'null' }] } : schema
    }
  }
}

/** The places of siblings: `[{ id, order }]`. */
function orderedItems(entity: Entity): JsonSchema {
  const [id] = entity.primaryKey
  const order = entity.tree?.orderField
  const places = [id, order].flatMap((name) => entity.fields.get(name ?? '') ?? [])
  const names = places.map(({ name }) => name)
  const properties = Object.fromEntries(places.map((field) => [field.name, keySchema(field)]))
  return { type: 'array', items: closedObject(properties, names) }
}
