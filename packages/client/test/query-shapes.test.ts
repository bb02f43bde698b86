// The text that finds a kept query must tell apart any two inputs that need different queries: a query
// found by mistake answers another question. The model's names are chosen to be confused.
import { JsonNull } from '@proj/dbal-contract'
import { createPolicy } from '@proj/dbal-policy'
import { compileWorkspace, type Entity, type Model, type OperationSpec } from '@proj/dbal-schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SYSTEM } from '../src/principal/create-principal.ts'
import { planAggregate, type AggregateOptions } from '../src/query/build-aggregate.ts'
import { planList, type ListOptions } from '../src/query/build-list.ts'
import { QueryBuilder } from '../src/query/query-builder.ts'

const NAMES = `
entity: Thing
fields:
  id: { type: integer, primary: true }
  gt: { type: integer, optional: true }
  eq: { type: string, optional: true }
  in: { type: integer, optional: true }
  some: { type: json, optional: true }
  value: { type: json, optional: true }
  count: { type: integer, optional: true }
  limit: { type: integer, optional: true }
  isId: { type: integer, optional: true, foreign_key: { entity: Thing, field: id, name: is, inverse: every } }
`

const model = modelOf(NAMES)
const thing = model.entities.get('Thing') as Entity
const operation = thing.operations.get('list') as OperationSpec
const access = createPolicy(model).access(SYSTEM)

function modelOf(text: string): Model {
  const { model: made, diagnostics } = compileWorkspace([{ path: 'entities/thing.yaml', text }])
  if (made === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return made
}

interface Planned {
  readonly shape: string
  readonly query: string
}

/** Undefined where the input is refused: then no query is looked for. */
function planned(plan: (builder: QueryBuilder) => () => unknown): Planned | undefined {
  const builder = new QueryBuilder(model, access)
  const build = plan(builder)
  if (builder.errors.length > 0) return undefined
  const params = builder.params.length
  return { shape: builder.shape, query: JSON.stringify({ query: build(), params }) }
}

function plannedList(options: ListOptions): Planned | undefined {
  return planned((builder) => {
    const plan = planList(thing, operation, options, {}, builder, (sort) => ({
      entity: 'Thing',
      sort,
      secret: '',
    }))
    return () => [plan.build(), plan.buildCount()]
  })
}

function plannedAggregate(options: AggregateOptions): Planned | undefined {
  return planned((builder) => planAggregate(thing, options, {}, 100, builder))
}

const integers: readonly unknown[] = [
  0,
  null,
  { eq: 1, gt: 2 },
  { eq: 1, gt: 2, lt: 3 },
  { lt: 3 },
  { ne: 1 },
  { not: 1 },
  { eq: null },
  { ne: null },
  { isDistinct: 1 },
  { isDistinct: null },
  { isNull: true },
  { isNull: false },
  { in: [] },
  { in: [1, 2] },
  { nin: [1] },
  { between: [1, 2] },
]
const texts: readonly unknown[] = [
  'a',
  '.gt;eq;',
  { contains: 'x' },
  { contains: 'x', mode: 'insensitive' },
  { like: 'x' },
  { ilike: 'x' },
  { startsWith: 'x', endsWith: 'y' },
]
const jsons: readonly unknown[] = [
  1,
  [1],
  null,
  JsonNull,
  { equals: 1 },
  { equals: null },
  { equals: JsonNull },
  { not: 1 },
  { not: null },
  { not: JsonNull },
  { isNull: true },
  { isNull: false },
  ...[['a'], ['a', 0], ['];equals:string;'], ['a', '.gt']].flatMap((path) => [
    { path, equals: 1 },
    { path, equals: 'x' },
    { path, equals: null },
    { path, equals: JsonNull },
    { path, ne: JsonNull },
    { path, contains: 'x' },
    { path, gt: 1, lt: 2 },
  ]),
]
const fieldTerms: readonly object[] = [
  ...integers.flatMap((value) => [{ gt: value }, { in: value }]),
  ...texts.map((value) => ({ eq: value })),
  ...jsons.flatMap((value) => [{ some: value }, { value }]),
]
const wrapped = (term: object): readonly object[] => [
  term,
  { NOT: term },
  { NOT: [term] },
  { AND: [term] },
  { AND: [term, term] },
  { OR: [term] },
  { OR: [term, {}] },
  { is: term },
  { is: { isNot: term } },
  { every: { some: term } },
  { every: { every: term } },
  { every: { none: term, some: {} } },
]
const plain: readonly object[] = [
  {},
  { is: null },
  { is: { isNot: null } },
  { AND: [] },
  { OR: [] },
  { every: { some: {} } },
]
const filters: readonly object[] = [
  ...plain,
  ...fieldTerms.flatMap(wrapped),
  ...fieldTerms.flatMap((first) => fieldTerms.map((second) => ({ ...first, ...second }))),
  ...plain.flatMap((first) => wrapped({ gt: 1, ...first })),
]

const integer = fc.integer({ min: 0, max: 2 })
const someFilter = fc.constantFrom<object>({}, { gt: 1 }, { in: 1 }, { is: null })
const names = fc.uniqueArray(fc.constantFrom('id', 'gt', 'count', 'limit'), { maxLength: 3 })
const order = fc.oneof(
  fc.constantFrom('asc', 'desc'),
  fc.record({ order: fc.constant('asc'), nulls: fc.constantFrom('first', 'last') }),
)
const sort = fc.dictionary(fc.constantFrom('id', 'gt', 'limit'), order, { maxKeys: 3 })
const include = fc.record(
  {
    is: fc.oneof(fc.boolean(), fc.record({ select: fc.constant(['id', 'gt']) })),
    every: fc.oneof(
      fc.boolean(),
      fc.record(
        {
          count: fc.boolean(),
          limit: integer,
          filter: someFilter,
          sort,
          select: fc.constant(['id']),
          include: fc.record({ is: fc.constant(true) }),
        },
        { requiredKeys: [] },
      ),
    ),
  },
  { requiredKeys: [] },
)
const listOptions = fc.record(
  {
    filter: someFilter,
    sort,
    include,
    select: names,
    distinct: names,
    limit: integer,
    page: fc.integer({ min: 1, max: 3 }),
  },
  { requiredKeys: [] },
)
const fields = fc.uniqueArray(fc.constantFrom('id', 'gt', 'in', 'limit'), { maxLength: 2 })
const bound = fc.dictionary(fc.constantFrom('gt', 'lt', 'eq'), integer, { minKeys: 1, maxKeys: 2 })
const aggregateOptions = fc.record(
  {
    filter: someFilter,
    groupBy: fields,
    count: fc.boolean(),
    sum: fields,
    min: fields,
    having: fc.record(
      { gt: bound, count: bound, sum: fc.record({ in: bound }) },
      { requiredKeys: [] },
    ),
    sort: fc.dictionary(fc.constantFrom('gt', 'count', 'limit'), order, { maxKeys: 2 }),
    limit: integer,
  },
  { requiredKeys: [] },
)

describe('the shape of a query', () => {
  const known = new Map<string, string>()
  const check = (kind: string, found: Planned | undefined): void => {
    if (found === undefined) return
    const key = `${kind}|${found.shape}`
    const query = known.get(key) ?? found.query
    known.set(key, query)
    expect(found.query).toBe(query)
  }

  it('of a filter tells any two queries apart', () => {
    for (const filter of filters) check('list', plannedList({ filter }))
    expect(known.size).toBeGreaterThan(3000)
  })

  it('of a list does', () => {
    fc.assert(
      fc.property(listOptions, (options) => check('list', plannedList(options as ListOptions))),
      { numRuns: 3000, seed: 7 },
    )
  })

  it('of an aggregate does', () => {
    fc.assert(
      fc.property(aggregateOptions, (options) =>
        check('aggregate', plannedAggregate(options as AggregateOptions)),
      ),
      { numRuns: 3000, seed: 7 },
    )
  })

  it('does not take a field for an operator', () => {
    const operators = plannedList({ filter: { in: { eq: 1, gt: 2, lt: 3 } } })
    const twoFields = plannedList({ filter: { in: { eq: 1 }, gt: { lt: 3 } } })
    expect(operators?.shape).not.toBe(twoFields?.shape)
  })
})
