// Random reads of a curious caller, by kind: a test can play one kind alone.
import type { Operation } from '@proj/dbal-contract'
import fc from 'fast-check'
import { filter, include, jsonFilter, query, sort, strangeSort } from './filters.ts'
import { NUMBERS, whereOf, type Input } from './relations.ts'
import { FIELDS, type EntityName } from './world.ts'

export type Operations = fc.Arbitrary<Operation>

export const say = (
  entity: EntityName,
  action: string,
  input: fc.Arbitrary<Input>,
): fc.Arbitrary<Operation> => input.map((each) => ({ entity, action, input: each }))

const some = (names: readonly string[], maxLength = 3): fc.Arbitrary<readonly string[]> =>
  fc.subarray([...names], { minLength: 1, maxLength: Math.min(maxLength, names.length) })

export const pageOptions = (entity: EntityName) => ({
  filter: filter(entity),
  sort: sort(entity),
  select: some(FIELDS[entity]),
  include: include(entity),
  limit: fc.constantFrom(0, 1, 1, 2, 2, 3),
  page: fc.constantFrom(1, 1, 1, 2),
  count: fc.boolean(),
})

const few = (entity: EntityName): Operations =>
  say(entity, 'list', fc.record(pageOptions(entity), { requiredKeys: [] }))

const counted = (entity: EntityName): Operations =>
  fc.oneof(
    say(entity, 'list', fc.record({ filter: filter(entity), count: fc.constant(true) })),
    say(entity, 'count', fc.record({ filter: filter(entity) })),
  )

const distinct = (entity: EntityName): Operations => {
  const { select: _, include: __, ...options } = pageOptions(entity)
  const fields = some(FIELDS[entity], 2)
  return say(
    entity,
    'list',
    fc.record({ ...options, distinct: fields }, { requiredKeys: ['distinct'] }),
  )
}

/** Of groups and of all; `having` and the order speak of what is asked for, or of what is not. */
function aggregates(entity: EntityName, having: boolean): Operations {
  const numbers = FIELDS[entity].filter((field) => NUMBERS.has(field))
  const bound = fc
    .tuple(fc.constantFrom('eq', 'ne', 'gt', 'lte'), fc.constantFrom(0, 1, 2, 3))
    .map(([operator, value]) => ({ [operator]: value }))
  const result = fc.oneof(
    bound.map((term): Input => ({ count: term })),
    fc
      .tuple(fc.constantFrom('sum', 'max'), fc.constantFrom(...numbers), bound)
      .map(([name, field, term]): Input => ({ [name]: { [field]: term } })),
  )
  const way = fc.constantFrom('asc', 'desc')
  const grouped = {
    groupBy: some(FIELDS[entity], 2),
    sort: way.map((each) => ({ count: each })),
    limit: fc.constantFrom(1, 2),
  }
  const over = {
    filter: filter(entity),
    count: fc.constant(true),
    sum: some(numbers),
    max: some(FIELDS[entity], 2),
    avg: some(numbers),
  }
  const needed = ['count'] as const
  return having
    ? say(
        entity,
        'aggregate',
        fc.record(
          { ...over, ...grouped, having: result },
          { requiredKeys: [...needed, 'groupBy', 'having', 'sum', 'max'] },
        ),
      )
    : say(
        entity,
        'aggregate',
        fc.oneof(
          fc.record(over, { requiredKeys: [...needed] }),
          fc.record({ ...over, ...grouped }, { requiredKeys: [...needed, 'groupBy'] }),
        ),
      )
}

const text = (entity: EntityName): Operations => {
  const { filter: narrowed, sort: ordered, limit, count } = pageOptions(entity)
  const fields = some(FIELDS[entity], 2)
  return say(
    entity,
    'search',
    fc.record(
      { query, fields, filter: narrowed, sort: ordered, limit, count },
      { requiredKeys: ['query'] },
    ),
  )
}

const included = (entity: EntityName): Operations =>
  fc.oneof(
    say(entity, 'list', fc.record({ include: include(entity) })),
    say(
      entity,
      'read',
      fc.tuple(whereOf(entity), include(entity)).map(([key, each]) => ({ ...key, include: each })),
    ),
  )

export const READS = {
  list: few,
  count: counted,
  distinct,
  aggregate: (entity: EntityName) => aggregates(entity, false),
  having: (entity: EntityName) => aggregates(entity, true),
  search: text,
  read: (entity: EntityName) => say(entity, 'read', whereOf(entity)),
  include: included,
  json: () =>
    fc.oneof(
      say('Doc', 'list', fc.record({ filter: jsonFilter })),
      say('Doc', 'count', fc.record({ filter: jsonFilter })),
    ),
  'strange sort': (entity: EntityName) =>
    say(entity, 'list', fc.record({ sort: strangeSort(entity) })),
} as const satisfies Readonly<Record<string, (entity: EntityName) => Operations>>
