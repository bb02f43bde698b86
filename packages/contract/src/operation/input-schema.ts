// The input of every operation as JSON Schema, built once from the Model and used twice: the client
// validates app values with it (ajv), codegen writes it in the wire form. Value rules stay with the
// field's own schema, which the caller of this module supplies.
import type { Entity, Field, InputSpec, OperationSpec } from '@proj/dbal-schema'

export type JsonSchema = boolean | { readonly [key: string]: unknown }

export interface InputSchemaForm {
  /** A value to store in the field; `nullable` is included. */
  field(field: Field): JsonSchema
  /** A value that finds rows by the field: bounds on what is stored do not apply. */
  key(field: Field): JsonSchema
  /** An input of an operation that is no field. */
  input(input: InputSpec): JsonSchema
  filter(entity: Entity): JsonSchema
  sort(entity: Entity): JsonSchema
  include(entity: Entity): JsonSchema
  /** A nested write over a relation (`connect`, `create`, …). */
  relationWrite(entity: Entity, relation: string): JsonSchema
  /** True for the system principal, who may send generated and auto_update values. */
  readonly system: boolean
}

type Properties = Record<string, JsonSchema>

/** JSON Schema of an operation's flat input (api.md, "Shapes"). */
export function inputSchema(
  entity: Entity,
  operation: OperationSpec,
  form: InputSchemaForm,
): JsonSchema {
  switch (operation.builtIn) {
    case 'create':
      return createSchema(entity, form, requiredFields(operation))
    case 'create_many':
      return object({ items: { type: 'array', items: createSchema(entity, form, []) } }, ['items'])
    case 'read':
    case 'delete':
      return object({ ...selection(entity, form), ...keys(entity, form) })
    case 'read_by':
    case 'get_by':
    case 'list_by':
      return byField(entity, operation, form)
    case 'update':
      return object(
        {
          ...dataProperties(entity, form, 'update'),
          ...keyProperties(entity, form),
          ifVersion: { type: 'integer' },
          ifUnchangedSince: true,
        },
        [...new Set([...entity.primaryKey, ...requiredFields(operation)])],
      )
    case 'update_many':
      return object(
        { filter: form.filter(entity), data: updateData(entity, form), all: { type: 'boolean' } },
        ['data'],
      )
    case 'delete_many':
      return object({ filter: form.filter(entity), all: { type: 'boolean' } })
    case 'upsert':
      return object(
        {
          where: object(keys(entity, form)),
          create: createSchema(entity, form, []),
          update: updateData(entity, form),
        },
        ['where', 'create', 'update'],
      )
    case 'list':
      return object(
        {
          ...keys(entity, form, true),
          ...declared(operation, form, entity),
          ...listOptions(entity, form),
        },
        requiredInputs(operation),
      )
    case 'search':
      return object(
        {
          ...declared(operation, form, entity),
          ...listOptions(entity, form),
          query: { type: 'string' },
          fields: names(),
        },
        [...new Set(['query', ...requiredInputs(operation)])],
      )
    case 'count':
      return object(
        {
          ...keys(entity, form, true),
          ...declared(operation, form, entity),
          filter: form.filter(entity),
        },
        requiredInputs(operation),
      )
    case 'aggregate':
      return object(
        { ...declared(operation, form, entity), ...aggregateOptions(entity, form) },
        requiredInputs(operation),
      )
    default:
      return object(declared(operation, form, entity), requiredInputs(operation))
  }
}

/** Fields that are filled in, whoever calls: the system principal alone may send them. */
export function isFilledIn(field: Field): boolean {
  return field.generated || field.autoUpdate
}

/** Fields a create may leave out only when something else fills them. */
export function isRequiredOnCreate(field: Field): boolean {
  return field.required && !isFilledIn(field) && field.default === undefined
}

function createSchema(entity: Entity, form: InputSchemaForm, also: readonly string[]): JsonSchema {
  // A foreign key may arrive as a nested write over its relation, so `required` is settled after it.
  const required = [...entity.fields.values()].filter(isRequiredOnCreate).map((f) => f.name)
  const written = new Set([...required, ...also])
  const keyed = new Set([...entity.relations.values()].filter((r) => r.owning).map((r) => r.from))
  return object(
    dataProperties(entity, form, 'create'),
    [...written].filter((name) => !keyed.has(name)),
    [...written]
      .filter((name) => keyed.has(name))
      .map((name) => ({ anyOf: [[name], ...writers(entity, name)].map((r) => ({ required: r })) })),
  )
}

function writers(entity: Entity, field: string): string[][] {
  return [...entity.relations.values()]
    .filter((relation) => relation.owning && relation.from === field)
    .map((relation) => [relation.name])
}

function updateData(entity: Entity, form: InputSchemaForm): JsonSchema {
  return object(dataProperties(entity, form, 'update'))
}

function dataProperties(
  entity: Entity,
  form: InputSchemaForm,
  on: 'create' | 'update',
): Properties {
  const properties: Properties = {}
  for (const relation of entity.relations.values()) {
    properties[relation.name] = form.relationWrite(entity, relation.name)
  }
  for (const field of entity.fields.values()) {
    const closed = !form.system && isFilledIn(field)
    if (closed) properties[field.name] = false
    else properties[field.name] = on === 'update' ? updateValue(field, form) : form.field(field)
  }
  return properties
}

const COUNTABLE: ReadonlySet<string> = new Set(['integer', 'bigint', 'float', 'decimal'])

function updateValue(field: Field, form: InputSchemaForm): JsonSchema {
  const value = form.field(field)
  if (!COUNTABLE.has(field.type)) return value
  return {
    if: { type: 'object' },
    then: object({ increment: form.field(difference(field)) }, ['increment']),
    else: value,
  }
}

/** What may be added to the field: its bounds are on the sum. */
function difference(field: Field): Field {
  const { min, max, ...rest } = field
  void [min, max]
  return { ...rest, nullable: false }
}

/** The primary key and every other unique field; `all` adds the rest, for equality filters. */
function keys(entity: Entity, form: InputSchemaForm, all = false): Properties {
  const properties: Properties = {}
  const unique = new Set(entity.uniques.flat())
  for (const field of entity.fields.values()) {
    if (all || unique.has(field.name)) properties[field.name] = form.key(field)
  }
  return properties
}

function keyProperties(entity: Entity, form: InputSchemaForm): Properties {
  return Object.fromEntries(
    entity.primaryKey.map((name) => [name, form.key(entity.fields.get(name) as Field)]),
  )
}

function byField(entity: Entity, operation: OperationSpec, form: InputSchemaForm): JsonSchema {
  const field = entity.fields.get(operation.byField ?? '')
  const key = field === undefined ? {} : { [field.name]: form.key(field) }
  const more = operation.builtIn === 'list_by' ? listOptions(entity, form) : selection(entity, form)
  return object({ ...declared(operation, form, entity), ...more, ...key }, [
    ...new Set([...Object.keys(key), ...requiredInputs(operation)]),
  ])
}

function declared(operation: OperationSpec, form: InputSchemaForm, entity: Entity): Properties {
  const properties: Properties = {}
  for (const input of operation.input) {
    const field = input.field === undefined ? undefined : entity.fields.get(input.field)
    properties[input.name] = field === undefined ? form.input(input) : form.key(field)
  }
  return properties
}

function requiredInputs(operation: OperationSpec): string[] {
  return operation.input.filter((input) => input.required).map((input) => input.name)
}

function requiredFields(operation: OperationSpec): string[] {
  return operation.input
    .filter((input) => input.required && input.field !== undefined)
    .map((input) => input.field as string)
}

function selection(entity: Entity, form: InputSchemaForm): Properties {
  return { select: names(), include: form.include(entity) }
}

function listOptions(entity: Entity, form: InputSchemaForm): Properties {
  return {
    filter: form.filter(entity),
    sort: form.sort(entity),
    ...selection(entity, form),
    distinct: names(),
    limit: { type: 'integer', minimum: 0 },
    page: { type: 'integer', minimum: 1 },
    cursor: { type: 'string' },
    count: { type: 'boolean' },
  }
}

function aggregateOptions(entity: Entity, form: InputSchemaForm): Properties {
  const functions = ['sum', 'avg', 'min', 'max'].map((name): [string, JsonSchema] => [
    name,
    names(),
  ])
  return {
    filter: form.filter(entity),
    groupBy: names(),
    count: { type: 'boolean' },
    ...Object.fromEntries(functions),
    having: { type: 'object' },
    sort: form.sort(entity),
    limit: { type: 'integer', minimum: 0 },
  }
}

function names(): JsonSchema {
  return { type: 'array', items: { type: 'string' } }
}

function object(
  properties: Properties,
  required: readonly string[] = [],
  allOf: readonly JsonSchema[] = [],
): JsonSchema {
  return {
    type: 'object',
    additionalProperties: false,
    properties,
    ...(required.length > 0 ? { required } : {}),
    ...(allOf.length > 0 ? { allOf } : {}),
  }
}
