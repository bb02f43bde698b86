// Random operations of the system principal, in the flat form of `client.call` and in wire form: a program
// is a case whose expectations are still to be written.
import type { Entity, Field, Model } from '@proj/dbal-schema'
import fc from 'fast-check'
import { randomFilter } from './random-filter.ts'
import { storedValueOf, valueOf } from './random-values.ts'

type Input = Readonly<Record<string, unknown>>

export interface RandomCall {
  readonly entity: string
  readonly action: string
  readonly input: Input
}

export type RandomStep =
  RandomCall | { readonly transaction: readonly RandomCall[]; readonly rollback: boolean }

export function programs(model: Model): fc.Arbitrary<readonly RandomStep[]> {
  const entities = [...model.entities.values()]
  const one = fc.constantFrom(...entities).chain((entity) => call(model, entity))
  const filled = fc.tuple(...entities.map((entity) => fill(entity)))
  const transaction = fc.record({
    transaction: fc.array(one, { minLength: 1, maxLength: 3 }),
    rollback: fc.boolean(),
  })
  const step = fc.oneof<fc.MaybeWeightedArbitrary<RandomStep>[]>(
    { weight: 9, arbitrary: one },
    { weight: 1, arbitrary: transaction },
  )
  return fc
    .tuple(filled, fc.array(step, { minLength: 1, maxLength: 10 }))
    .map(([first, rest]) => [...first, ...rest])
}

/** Rows to begin with. */
function fill(entity: Entity): fc.Arbitrary<RandomCall> {
  return fc
    .array(record(entity), { minLength: 1, maxLength: 3 })
    .map((items) => ({ entity: entity.name, action: 'create_many', input: { items } }))
}

function call(model: Model, entity: Entity): fc.Arbitrary<RandomCall> {
  const as = (action: string, input: fc.Arbitrary<Input>): fc.Arbitrary<RandomCall> =>
    input.map((each) => ({ entity: entity.name, action, input: each }))
  const filter = randomFilter(model, entity)
  const bulk = fc.oneof(fc.record({ filter }), fc.constant({ filter: {}, all: true }))
  return fc.oneof(
    as('create', record(entity)),
    as('create_many', fc.record({ items: fc.array(record(entity), { maxLength: 3 }) })),
    as(
      'update',
      fc.tuple(where(entity), changes(entity)).map(([key, data]) => ({ ...data, ...key })),
    ),
    as(
      'update_many',
      fc.tuple(bulk, changes(entity, 'many')).map(([rows, data]) => ({ ...rows, data })),
    ),
    as(
      'upsert',
      fc
        .tuple(where(entity), record(entity), changes(entity))
        .map(([key, create, update]) => ({ where: key, create: { ...create, ...key }, update })),
    ),
    as('delete', where(entity)),
    as('delete_many', bulk),
    as(
      'read',
      fc
        .tuple(where(entity), shape(model, entity))
        .map(([key, options]) => ({ ...key, ...options })),
    ),
    as('count', fc.record({ filter }, { requiredKeys: [] })),
    as('aggregate', aggregate(entity, filter)),
    as('search', fc.record({ query: fc.constantFrom('a', 'É', '%', 'x'), limit: fc.constant(5) })),
    { weight: 4, arbitrary: as('list', list(model, entity)) },
  )
}

function writable({ fields }: Entity): readonly Field[] {
  const own = (field: Field): boolean => !['goneAt', 'version'].includes(field.name)
  return [...fields.values()].filter(own)
}

function record(entity: Entity): fc.Arbitrary<Input> {
  const fields = writable(entity)
  const values = Object.fromEntries(fields.map((field) => [field.name, storedValueOf(field)]))
  const needed = fields.filter((field) => field.required && field.default === undefined)
  return fc.record(values, { requiredKeys: needed.map(({ name }) => name) })
}

function changes(entity: Entity, rows: 'one' | 'many' = 'one'): fc.Arbitrary<Input> {
  // Which of many rows is first is the engine's affair, and with it whether a sum meets a taken value (MUT-45).
  const isKey = ({ name }: Field): boolean =>
    rows === 'many' && entity.uniques.some((names) => names.includes(name))
  const fields = writable(entity).filter(({ primary }) => !primary)
  const values = fields.map((field) => {
    const adds =
      ['integer', 'bigint', 'float'].includes(field.type) &&
      field.foreignKey === undefined &&
      !isKey(field)
    const set = storedValueOf(field)
    const sum = fc.constantFrom(1, -1).map((n) => ({ increment: n }))
    return [field.name, adds ? fc.oneof<fc.Arbitrary<unknown>[]>(set, set, sum) : set] as const
  })
  return fc
    .subarray(values, {
      minLength: Math.min(1, values.length),
      maxLength: Math.min(3, values.length),
    })
    .chain((chosen) => fc.record(Object.fromEntries(chosen)))
}

function where({ fields, uniques }: Entity): fc.Arbitrary<Input> {
  const keys = uniques.filter((names) => names.length === 1)
  return fc
    .constantFrom(...keys)
    .chain((names) =>
      fc.record(
        Object.fromEntries(names.map((name) => [name, valueOf(fields.get(name) as Field)])),
      ),
    )
}

const ORDER = fc.constantFrom<unknown[]>('asc', 'desc', { order: 'asc', nulls: 'first' })

function sort(entity: Entity): fc.Arbitrary<Input> {
  const fields = [...entity.fields.values()].filter(({ type }) => !['json', 'bytes'].includes(type))
  return fc
    .subarray(
      fields.map(({ name }) => name),
      { minLength: 1, maxLength: Math.min(2, fields.length) },
    )
    .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, ORDER]))))
}

/** What is answered of a row. */
function shape(model: Model, entity: Entity): fc.Arbitrary<Input> {
  const relations = [...entity.relations.values()]
  const names = [...entity.fields.keys()]
  const select = fc.subarray(names, { minLength: 1 })
  if (relations.length === 0) return fc.record({ select }, { requiredKeys: [] })
  const include = fc.constantFrom(...relations).chain(({ name, target, cardinality }) => {
    const related = model.entities.get(target) as Entity
    const options = fc.record(
      { filter: randomFilter(model, related, 0), sort: sort(related), limit: fc.nat(2) },
      { requiredKeys: [] },
    )
    const value =
      cardinality === 'many'
        ? fc.oneof<fc.Arbitrary<unknown>[]>(fc.constant(true), options)
        : fc.constant(true)
    return fc.record({ [name]: value })
  })
  return fc.oneof<fc.Arbitrary<Input>[]>(
    fc.record({ include }),
    fc.record({ select }),
    fc.constant({}),
  )
}

function list(model: Model, entity: Entity): fc.Arbitrary<Input> {
  const options = fc.record(
    {
      filter: randomFilter(model, entity),
      sort: sort(entity),
      limit: fc.constantFrom(0, 1, 2, 10),
      page: fc.constantFrom(1, 2),
      count: fc.boolean(),
      distinct: fc.constantFrom(...entity.fields.keys()).map((name) => [name]),
    },
    { requiredKeys: [] },
  )
  return fc.tuple(options, shape(model, entity)).map(([first, second]) => ({ ...first, ...second }))
}

const NUMERIC = ['integer', 'bigint', 'float', 'decimal']
const ORDERED = [...NUMERIC, 'string', 'datetime', 'date']

function aggregate(entity: Entity, filter: fc.Arbitrary<Input>): fc.Arbitrary<Input> {
  const of = (types: readonly string[]): readonly string[] =>
    [...entity.fields.values()].filter(({ type }) => types.includes(type)).map(({ name }) => name)
  const some = (names: readonly string[]): fc.Arbitrary<string[]> =>
    fc.subarray([...names], { maxLength: Math.min(2, names.length) })
  const groups = of([...ORDERED, 'boolean', 'enum', 'uuid'])
  return fc
    .record(
      {
        filter,
        groupBy: some(groups),
        sum: some(of(NUMERIC)),
        avg: some(of(NUMERIC)),
        min: some(of(ORDERED)),
        max: some(of(ORDERED)),
      },
      { requiredKeys: [] },
    )
    .map((input) => ({ count: true, ...input }))
}
