// Random small models: entities of few names with few fields, so that two of them have much in common.
import type { Model, Row, Value } from '@proj/dbal-contract'
import type { Entity, FieldType } from '@proj/dbal-schema'
import fc from 'fast-check'
import { model } from './models.ts'

const ENTITIES = ['Alpha', 'Beta', 'Gamma'] as const
const FIELDS = ['a', 'b', 'c', 'd'] as const

const DEFAULTS: Readonly<Partial<Record<FieldType, unknown>>> = {
  integer: 3,
  bigint: '4',
  float: 1.5,
  decimal: '2.5',
  boolean: true,
  string: "it's",
  text: 'long',
  enum: 'x',
  datetime: '2020-01-02T03:04:05.678Z',
  date: '2020-01-02',
  time: '03:04:05',
}
const TYPES = [...Object.keys(DEFAULTS), 'json', 'bytes', 'uuid'] as readonly FieldType[]
const UNIQUE: ReadonlySet<FieldType> = new Set(['integer', 'bigint', 'string', 'uuid', 'date'])

const field = fc
  .record({
    type: fc.constantFrom(...TYPES),
    required: fc.boolean(),
    hasDefault: fc.boolean(),
    unique: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
    index: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
    size: fc.constantFrom(20, 40),
    values: fc.constantFrom(['x'], ['x', 'y'], ['x', 'longer']),
  })
  .map(({ type, required, hasDefault, unique, index, size, values }) => ({
    type,
    ...(required ? { required } : { optional: true }),
    ...(hasDefault && DEFAULTS[type] !== undefined ? { default: DEFAULTS[type] } : {}),
    ...(unique && UNIQUE.has(type) ? { unique } : {}),
    ...(index && UNIQUE.has(type) ? { index } : {}),
    ...(type === 'string' ? { max_length: size } : {}),
    ...(type === 'decimal' ? { precision: 10, scale: size / 20 } : {}),
    ...(type === 'enum' ? { values } : {}),
  }))

const reference = fc.record({
  entity: fc.constantFrom(...ENTITIES),
  onDelete: fc.constantFrom('cascade', 'set_null', 'restrict'),
  index: fc.boolean(),
})

const entity = fc.record({
  fields: fc.dictionary(fc.constantFrom(...FIELDS), field, { noNullPrototype: true }),
  reference: fc.option(reference, { nil: undefined }),
  check: fc.option(fc.constantFrom('id < 1000', 'id < 2000'), { nil: undefined }),
  wide: fc.boolean(),
})

/** Models of one to three entities; a reference to an entity that is not there is left out. */
export const models: fc.Arbitrary<Model> = fc
  .tuple(
    fc.uniqueArray(fc.constantFrom(...ENTITIES), { minLength: 1 }),
    fc.tuple(entity, entity, entity),
  )
  .map(([names, bodies]) =>
    model(
      ...names.map((name) => document(name, bodies[ENTITIES.indexOf(name)] ?? bodies[0], names)),
    ),
  )

type Body = typeof entity extends fc.Arbitrary<infer T> ? T : never

function document(name: string, body: Body, names: readonly string[]): string {
  const { fields, reference: key, check, wide } = body
  const ref =
    key !== undefined && names.includes(key.entity)
      ? {
          otherId: {
            type: 'integer',
            optional: true,
            ...(key.index ? { index: true } : {}),
            foreign_key: { entity: key.entity, field: 'id', on_delete: key.onDelete },
          },
        }
      : {}
  const indexed = Object.entries(fields).filter(([, { type }]) => UNIQUE.has(type))
  return JSON.stringify({
    entity: name,
    fields: { id: { type: 'integer', primary: true }, ...fields, ...ref },
    ...(wide && indexed.length > 1
      ? { indexes: [{ fields: indexed.map(([field]) => field), name: `${name}_wide` }] }
      : {}),
    ...(check === undefined ? {} : { constraints: [{ name: 'bound', check }] }),
  })
}

const VALUES: Readonly<Partial<Record<FieldType, (n: number) => Value>>> = {
  integer: (n) => n,
  bigint: (n) => BigInt(n),
  float: (n) => n + 0.5,
  decimal: (n) => String(n),
  boolean: (n) => n === 1,
  string: (n) => (n === 1 ? 'x' : '17'),
  text: (n) => `text ${n}`,
  datetime: (n) => new Date(n),
  date: (n) => `2020-01-0${n + 1}`,
  time: (n) => `0${n}:00:00`,
  json: (n) => [n],
  bytes: (n) => new Uint8Array([n]),
  uuid: (n) => `00000000-0000-4000-8000-00000000000${n}`,
}

/** A row with a value in every field but the foreign key; `n` is less than ten. */
export function rowOf({ fields }: Entity, n: number): Row {
  const row: Row = {}
  for (const field of fields.values()) {
    if (field.foreignKey !== undefined) continue
    const value = VALUES[field.type]?.(n) ?? null
    row[field.name] =
      field.type === 'enum'
        ? (field.values?.at(-1) ?? null)
        : field.type === 'decimal'
          ? `${n}.${'0'.repeat(field.scale ?? 0)}`
          : value
  }
  return row
}
