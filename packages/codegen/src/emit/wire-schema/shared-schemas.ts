// Schemas that every entity refers to: filters by type, orders, the error. One copy instead of one a field.
import type { JsonSchema } from '@proj/dbal-contract'
import type { Field, FieldType } from '@proj/dbal-schema'
import { closedObject, type Definitions } from './schema-place.ts'
import { orNull, typeSchema, type Keywords } from './value-schema.ts'

const MAX_LIST_VALUES = 1000

/** Types by the name of the filter that compares them; enums have filters of their own. */
const FILTERS: ReadonlyMap<string, { readonly type: FieldType; readonly text?: true }> = new Map([
  ['uuidFilter', { type: 'uuid' }],
  ['stringFilter', { type: 'string', text: true }],
  ['integerFilter', { type: 'integer' }],
  ['bigintFilter', { type: 'bigint' }],
  ['floatFilter', { type: 'float' }],
  ['decimalFilter', { type: 'decimal' }],
  ['booleanFilter', { type: 'boolean' }],
  ['datetimeFilter', { type: 'datetime' }],
  ['dateFilter', { type: 'date' }],
  ['timeFilter', { type: 'time' }],
  ['bytesFilter', { type: 'bytes' }],
])

const STRINGS: ReadonlySet<FieldType> = new Set(['cuid', 'string', 'text', 'email', 'url'])

/** The shared filter of a field's type; undefined for an enum, whose values are its own. */
export function sharedFilter(field: Field): string | undefined {
  if (field.type === 'enum') return undefined
  if (field.type === 'json') return 'jsonFilter'
  return STRINGS.has(field.type) ? 'stringFilter' : `${field.type}Filter`
}

export function sharedSchemas(): Definitions {
  const filters: Record<string, JsonSchema> = {}
  for (const [name, { type, text }] of FILTERS) {
    filters[name] = comparison(typeSchema(type), type !== 'boolean', text === true)
  }
  return { ...filters, jsonFilter: JSON_FILTER, sortOrder: SORT_ORDER, error: ERROR }
}

/** Equality by value, or `{ operator: value }`. */
export function comparison(value: Keywords, ordered: boolean, text: boolean): JsonSchema {
  const equal = orNull(value)
  const list = { type: 'array', items: value, maxItems: MAX_LIST_VALUES }
  const pair = { type: 'array', items: value, minItems: 2, maxItems: 2 }
  const pattern = { type: 'string' }
  const operators = {
    eq: equal,
    ne: equal,
    not: equal,
    isDistinct: equal,
    in: list,
    nin: list,
    isNull: { type: 'boolean' },
    ...(ordered ? { gt: value, gte: value, lt: value, lte: value, between: pair } : {}),
    ...(text
      ? {
          contains: pattern,
          startsWith: pattern,
          endsWith: pattern,
          like: pattern,
          ilike: pattern,
          mode: { type: 'string', enum: ['default', 'insensitive'] },
        }
      : {}),
  }
  return { anyOf: [equal, { ...closedObject(operators), minProperties: 1 }] }
}

const SORT_ORDER: JsonSchema = {
  anyOf: [
    { type: 'string', enum: ['asc', 'desc'] },
    closedObject(
      {
        order: { type: 'string', enum: ['asc', 'desc'] },
        nulls: { type: 'string', enum: ['first', 'last'] },
      },
      ['order'],
    ),
  ],
}

const JSON_STEPS = {
  type: 'array',
  maxItems: 20,
  items: { anyOf: [{ type: 'string' }, { type: 'integer', minimum: 0 }] },
}

const JSON_FILTER: JsonSchema = {
  description:
    'A whole value other than an object, or what stands at a path in it. Null is no value; JSON\'s null is {"$json": null}.',
  anyOf: [
    { not: { type: 'object' } },
    closedObject({
      path: JSON_STEPS,
      ...Object.fromEntries(['equals', 'eq', 'not', 'ne'].map((name) => [name, {}])),
      ...Object.fromEntries(['gt', 'gte', 'lt', 'lte'].map((name) => [name, {}])),
      contains: { type: 'string' },
      startsWith: { type: 'string' },
      endsWith: { type: 'string' },
      isNull: { type: 'boolean' },
      $json: {},
    }),
  ],
}

const ERROR: JsonSchema = {
  ...closedObject(
    {
      name: { const: 'DBALError' },
      code: { type: 'string', description: 'The name of the error; several share one status.' },
      httpStatus: { type: 'integer', minimum: 400, maximum: 599 },
      message: { type: 'string', description: "The catalogue's sentence for the code." },
      details: {
        type: 'object',
        properties: {
          reason: { type: 'string' },
          fields: {
            type: 'array',
            items: closedObject({ field: { type: 'string' }, error: { type: 'string' } }, [
              'field',
              'error',
            ]),
          },
          index: { type: 'integer', minimum: 0 },
          retryAfter: { type: 'number', description: 'Seconds.' },
          capability: { type: 'string' },
        },
      },
      retryable: { type: 'boolean' },
      outcome: { type: 'string', enum: ['none', 'unknown', 'applied'] },
      requestId: { type: 'string' },
      decisionId: { type: 'string' },
    },
    ['code', 'message', 'retryable'],
  ),
  description: 'What a failed call answers.',
}
