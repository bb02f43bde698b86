// What a caller gets back: the row, the row with what he selected and included, pages, figures.
import type { JsonSchema } from '@proj/dbal-contract'
import type { Entity, Field, Model, Relation } from '@proj/dbal-schema'
import { exposedFields, withheldFields } from './exposed-fields.ts'
import { closedObject, reference, type Definitions, type SchemaPlace } from './schema-place.ts'
import { keySchema, valueSchema } from './value-schema.ts'

/** The whole row as it is stored, for whoever may read all of it. */
export function rowSchema(entity: Entity, model: Model): { readonly [key: string]: unknown } {
  const fields = exposedFields(entity)
  const withheld = withheldFields(entity, model)
  return {
    title: entity.name,
    ...(entity.description === undefined ? {} : { description: entity.description }),
    ...closedObject(
      Object.fromEntries(fields.map((field) => [field.name, valueSchema(field)])),
      fields.map(({ name }) => name).filter((name) => !withheld.has(name)),
    ),
  }
}

export function resultSchemas(entity: Entity, place: SchemaPlace): Definitions {
  return {
    result: resultSchema(entity, place),
    page: pageSchema(reference(place.entity(entity.name, 'result'))),
    aggregate: aggregateSchema(entity, place),
  }
}

/** No key is certain: `select`, and what the caller may read, leave some out. */
function resultSchema(entity: Entity, place: SchemaPlace): JsonSchema {
  const fields = exposedFields(entity).map(({ name }) => [
    name,
    reference(place.field(entity.name, name)),
  ])
  const relations = [...entity.relations.values()].map((relation) => [
    relation.name,
    relatedResult(relation, place),
  ])
  return {
    description: `A ${entity.name} as its caller may see it, with what was included.`,
    ...closedObject(Object.fromEntries([...relations, ...fields]) as Definitions),
  }
}

function relatedResult({ target, cardinality }: Relation, place: SchemaPlace): JsonSchema {
  const row = reference(place.entity(target, 'result'))
  return cardinality === 'one'
    ? { anyOf: [row, { type: 'null' }] }
    : {
        anyOf: [
          { type: 'array', items: row },
          { type: 'integer', minimum: 0 },
        ],
      }
}

function pageSchema(row: JsonSchema): JsonSchema {
  return closedObject(
    {
      data: { type: 'array', items: row },
      limit: { type: 'integer', minimum: 0 },
      hasMore: { type: 'boolean' },
      page: { type: 'integer', minimum: 1 },
      nextCursor: { type: 'string' },
      total: { type: 'integer', minimum: 0, description: 'With `count: true` only.' },
    },
    ['data', 'limit', 'hasMore'],
  )
}

const NUMERIC: ReadonlySet<string> = new Set(['integer', 'bigint', 'float', 'decimal'])
const UNORDERED: ReadonlySet<string> = new Set(['boolean', 'json', 'bytes'])

/** One row of figures: the group's fields beside the functions' results. */
function aggregateSchema(entity: Entity, place: SchemaPlace): JsonSchema {
  const fields = exposedFields(entity)
  const numeric = fields.filter(({ type }) => NUMERIC.has(type))
  const ordered = fields.filter(({ type }) => !UNORDERED.has(type))
  const groups = fields
    .filter(({ type }) => type !== 'json')
    .map(({ name }) => [name, reference(place.field(entity.name, name))])
  return closedObject({
    ...(Object.fromEntries(groups) as Definitions),
    count: { type: 'integer', minimum: 0 },
    sum: figures(numeric, (field) => (field.type === 'integer' ? 'float' : field.type)),
    avg: figures(numeric, (field) => (field.type === 'decimal' ? 'decimal' : 'float')),
    min: figures(ordered, (field) => field.type),
    max: figures(ordered, (field) => field.type),
  })
}

/** Null where there was nothing to compute from. */
function figures(fields: readonly Field[], type: (field: Field) => Field['type']): JsonSchema {
  const results = fields.map((field) => [
    field.name,
    keySchema({ ...field, type: type(field), nullable: true }),
  ])
  return closedObject(Object.fromEntries(results) as Definitions)
}
