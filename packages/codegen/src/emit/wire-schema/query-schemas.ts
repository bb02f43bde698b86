// What a caller says to find rows: filter, sort, select, include, and the keys of one row.
import type { JsonSchema } from '@proj/dbal-contract'
import type { Entity, Field, Model, Relation } from '@proj/dbal-schema'
import { exposedFields, exposedKeys } from './exposed-fields.ts'
import {
  closedObject,
  oneOrMany,
  reference,
  requireOne,
  type Definitions,
  type SchemaPlace,
} from './schema-place.ts'
import { comparison, sharedFilter } from './shared-schemas.ts'
import { keySchema } from './value-schema.ts'

export function querySchemas(entity: Entity, model: Model, place: SchemaPlace): Definitions {
  return {
    filter: filterSchema(entity, place),
    sort: sortSchema(entity, place),
    select: {
      type: 'array',
      minItems: 1,
      items: { type: 'string', enum: exposedFields(entity).map(({ name }) => name) },
    },
    include: includeSchema(entity, model, place),
    where: whereSchema(entity),
  }
}

/** Nesting goes through references, so that depth costs nothing here. */
function filterSchema(entity: Entity, place: SchemaPlace): JsonSchema {
  const own = reference(place.entity(entity.name, 'filter'))
  const group = oneOrMany(own)
  const properties: Record<string, JsonSchema> = { AND: group, OR: group, NOT: group }
  for (const relation of entity.relations.values()) {
    properties[relation.name] = relationFilter(relation, place)
  }
  // Last, as a field may be called AND.
  for (const field of exposedFields(entity)) properties[field.name] = fieldFilter(field, place)
  return { description: `Which ${entity.name} rows.`, ...closedObject(properties) }
}

function fieldFilter(field: Field, place: SchemaPlace): JsonSchema {
  const shared = sharedFilter(field)
  if (shared !== undefined) return reference(place.shared(shared))
  return comparison(keySchema({ ...field, nullable: false }), true, true)
}

function relationFilter(relation: Relation, place: SchemaPlace): JsonSchema {
  const target = reference(place.entity(relation.target, 'filter'))
  if (relation.cardinality === 'many') {
    return closedObject({ some: target, every: target, none: target })
  }
  const absent: JsonSchema = { type: 'null' }
  const maybe = { anyOf: [target, absent] }
  return { anyOf: [target, closedObject({ is: maybe, isNot: maybe }), absent] }
}

function sortSchema(entity: Entity, place: SchemaPlace): JsonSchema {
  const order = reference(place.shared('sortOrder'))
  const sortable = exposedFields(entity).filter(({ type }) => type !== 'json')
  const keys = closedObject(Object.fromEntries(sortable.map(({ name }) => [name, order])))
  return oneOrMany(keys)
}

function includeSchema(entity: Entity, model: Model, place: SchemaPlace): JsonSchema {
  const relations = [...entity.relations.values()].map((relation) => [
    relation.name,
    { anyOf: [{ type: 'boolean' }, relatedSchema(relation, model, place)] },
  ])
  return closedObject(Object.fromEntries(relations) as Definitions)
}

function relatedSchema(relation: Relation, model: Model, place: SchemaPlace): JsonSchema {
  const { target, cardinality } = relation
  const of = (definition: string): JsonSchema => reference(place.entity(target, definition))
  const options = { select: of('select'), include: of('include') }
  if (cardinality === 'one') return closedObject(options)
  const maximum = model.entities.get(target)?.operations.get('list')?.maxLimit ?? 100
  return closedObject({
    ...options,
    filter: of('filter'),
    sort: of('sort'),
    limit: { type: 'integer', minimum: 0, maximum },
    count: { type: 'boolean', description: 'How many there are, instead of the rows.' },
  })
}

/** One row, by its primary key or another unique key. */
function whereSchema(entity: Entity): JsonSchema {
  const keys = exposedKeys(entity)
  const names = new Set(keys.flat())
  const fields = [...entity.fields.values()].filter(({ name }) => names.has(name))
  const properties = Object.fromEntries(fields.map((field) => [field.name, keySchema(field)]))
  const [only = []] = keys
  return keys.length > 1
    ? { ...closedObject(properties), ...requireOne(keys) }
    : closedObject(properties, only)
}
