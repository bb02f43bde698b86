// What a caller sends to change rows. The operations' own definition is the contract's `inputSchema`; here
// are its field values, writes over relations, and the fields that no update may name.
import { inputSchema, type InputSchemaForm, type JsonSchema } from '@proj/dbal-contract'
import type { Entity, Field, OperationSpec, Relation } from '@proj/dbal-schema'
import { isExposed } from './exposed-fields.ts'
import { inputValue } from './input-value.ts'
import {
  closedObject,
  oneOrMany,
  reference,
  requireOne,
  type Definitions,
  type SchemaPlace,
} from './schema-place.ts'
import { keySchema, typeSchema, valueSchema } from './value-schema.ts'

type ObjectSchema = Readonly<Record<string, unknown>>

export function wireForm(
  entity: Entity,
  operation: OperationSpec,
  place: SchemaPlace,
): InputSchemaForm {
  const declared = new Set(operation.input.map(({ field }) => field))
  const definition = (name: string) => (): JsonSchema => reference(place.entity(entity.name, name))
  return {
    system: operation.systemOnly,
    field: (field) => storedValue(field, entity, place),
    key: (field) =>
      isExposed(entity, field.name) || declared.has(field.name) ? keySchema(field) : false,
    input: (input) => inputValue(input, entity, operation, place),
    filter: definition('filter'),
    sort: definition('sort'),
    include: definition('include'),
    relationWrite: (_, relation) => reference(place.entity(entity.name, `relation.${relation}`)),
  }
}

function storedValue(field: Field, entity: Entity, place: SchemaPlace): JsonSchema {
  // A copy of a field stands for the amount of an increment, which the field's bounds do not limit.
  if (entity.fields.get(field.name) !== field) return typeSchema(field.type)
  if (isExposed(entity, field.name)) return reference(place.field(entity.name, field.name))
  return { ...valueSchema(field), writeOnly: true }
}

export function writeSchemas(
  entity: Entity,
  entities: ReadonlyMap<string, Entity>,
  place: SchemaPlace,
): Definitions {
  const { data, choices } = createParts(entity, place)
  const relations = [...entity.relations.values()].map((relation) => [
    `relation.${relation.name}`,
    relationWrite(relation, entities, place),
  ])
  return {
    data,
    create: withChoices(reference(place.entity(entity.name, 'data')), choices),
    update: updateData(entity, place),
    ...(Object.fromEntries(relations) as Definitions),
  }
}

interface CreateParts {
  readonly data: JsonSchema
  /** A foreign key is sent as itself or as a write over its relation: one of these each. */
  readonly choices: readonly Choice[]
}

type Choice = readonly (readonly string[])[]

function createParts(entity: Entity, place: SchemaPlace): CreateParts {
  const operation = entity.operations.get('create')
  if (operation === undefined) return { data: closedObject({}), choices: [] }
  return splitChoices(inputSchema(entity, operation, wireForm(entity, operation, place)))
}

function splitChoices(schema: JsonSchema): CreateParts {
  const { allOf = [], ...data } = schema as ObjectSchema
  const found = allOf as readonly { readonly anyOf: readonly { readonly required: string[] }[] }[]
  return { data, choices: found.map(({ anyOf }) => anyOf.map(({ required }) => required)) }
}

function withChoices(data: JsonSchema, choices: readonly Choice[]): JsonSchema {
  return choices.length === 0 ? data : { type: 'object', allOf: [data, ...choices.map(requireOne)] }
}

/** The contract's schema of a row to create, in a form that strict readers take. */
export function strictCreate(schema: JsonSchema): JsonSchema {
  const { data, choices } = splitChoices(schema)
  return choices.length === 0 ? data : { ...(data as ObjectSchema), allOf: choices.map(requireOne) }
}

function updateData(entity: Entity, place: SchemaPlace): JsonSchema {
  const operation = entity.operations.get('upsert')
  if (operation === undefined) return closedObject({})
  const form = wireForm(entity, operation, place)
  const { properties } = inputSchema(entity, operation, form) as {
    readonly properties: Readonly<Record<string, JsonSchema>>
  }
  return closeFixed(properties['update'] ?? closedObject({}), entity, operation, [])
}

/** Closes what no update may name: keys, immutable fields with their relations, the counted version. */
export function closeFixed(
  schema: JsonSchema,
  entity: Entity,
  operation: OperationSpec,
  keys: readonly string[],
): JsonSchema {
  const { properties, ...rest } = schema as ObjectSchema
  const open = { ...(properties as Record<string, JsonSchema>) }
  for (const { name, immutable } of entity.fields.values()) {
    const counted = entity.optimisticLock === name && !operation.systemOnly
    if (!keys.includes(name) && (immutable || counted || entity.primaryKey.includes(name))) {
      open[name] = false
    }
  }
  for (const { name, owning, from } of entity.relations.values()) {
    if (owning && open[from] === false) open[name] = false
  }
  return { ...rest, properties: open }
}

function relationWrite(
  relation: Relation,
  entities: ReadonlyMap<string, Entity>,
  place: SchemaPlace,
): JsonSchema {
  const target = entities.get(relation.target)
  if (target === undefined) return false
  const where = reference(place.entity(target.name, 'where'))
  const create = relation.owning
    ? reference(place.entity(target.name, 'create'))
    : childSchema(relation, target, place)
  const connectOrCreate = closedObject({ where, create }, ['where', 'create'])
  if (relation.cardinality === 'many') {
    const verbs = {
      connect: oneOrMany(where),
      create: oneOrMany(create),
      connectOrCreate: oneOrMany(connectOrCreate),
      disconnect: oneOrMany(where),
      set: oneOrMany(where),
    }
    return { ...closedObject(verbs), minProperties: 1 }
  }
  const verbs = { connect: where, create, connectOrCreate, disconnect: { const: true } }
  return {
    ...closedObject(verbs),
    minProperties: 1,
    ...(relation.owning ? { maxProperties: 1 } : {}),
  }
}

/** A row made over the relation gets its foreign key from there. */
function childSchema(relation: Relation, target: Entity, place: SchemaPlace): JsonSchema {
  const { choices } = createParts(target, place)
  const rest = choices.filter(([first]) => first?.[0] !== relation.to)
  return rest.length === choices.length
    ? reference(place.entity(target.name, 'create'))
    : withChoices(reference(place.entity(target.name, 'data')), rest)
}
