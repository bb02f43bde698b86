// Random operations of a curious caller: probes at fields and rows that may be hidden, and writes.
import type { Operation } from '@proj/dbal-contract'
import fc from 'fast-check'
import { IDS } from './worlds.ts'
import { ENTITIES, FIELDS, GHOSTS, KEYS, WORDS, type EntityName } from './world.ts'

type Input = Readonly<Record<string, unknown>>

const RELATIONS: Readonly<
  Record<EntityName, Readonly<Record<string, readonly [EntityName, boolean]>>>
> = {
  Org: { people: ['Person', true], docs: ['Doc', true] },
  Person: { org: ['Org', false], docs: ['Doc', true], notes: ['Note', true] },
  Doc: {
    owner: ['Person', false],
    org: ['Org', false],
    parent: ['Doc', false],
    children: ['Doc', true],
    notes: ['Note', true],
  },
  Note: { doc: ['Doc', false], author: ['Person', false] },
}

const NUMBERS: ReadonlySet<string> = new Set(['level', 'amount'])

function valueOf(entity: EntityName, field: string): fc.Arbitrary<string | number | null> {
  if (NUMBERS.has(field)) return fc.constantFrom(null, 0, 1, 2, 3)
  const to = field === 'id' ? entity : KEYS[entity][field]
  if (to !== undefined) return fc.constantFrom(...IDS[to], ...IDS[to], 'missing', GHOSTS[to])
  if (field === 'role') return fc.constantFrom('user', 'moderator')
  if (field === 'code') return fc.constantFrom(null, 'code-d1', 'code-d2', 'code-n1', 'code-new')
  return fc.constantFrom(null, ...WORDS)
}

const fieldOf = (entity: EntityName): fc.Arbitrary<string> => fc.constantFrom(...FIELDS[entity])

function leaf(entity: EntityName): fc.Arbitrary<Input> {
  return fieldOf(entity).chain((field) => {
    const value = valueOf(entity, field)
    const operators = NUMBERS.has(field)
      ? ['eq', 'ne', 'lt', 'gte']
      : field === 'role'
        ? ['eq', 'ne']
        : ['eq', 'ne', 'lt', 'gte', 'startsWith', 'contains']
    return fc.oneof(
      value.map((each) => ({ [field]: each })),
      fc.tuple(fc.constantFrom(...operators), value).map(([operator, each]) => ({
        [field]: { [operator]: each },
      })),
      fc.boolean().map((yes) => ({ [field]: { isNull: yes } })),
      fc.array(value, { maxLength: 2 }).map((list) => ({ [field]: { in: list } })),
    )
  })
}

function filter(entity: EntityName, depth = 2): fc.Arbitrary<Input> {
  if (depth === 0) return leaf(entity)
  const inner = filter(entity, depth - 1)
  const related = fc
    .constantFrom(...Object.entries(RELATIONS[entity]))
    .chain(([name, [to, many]]) =>
      fc
        .tuple(fc.constantFrom(...(many ? ['some', 'none', 'every'] : ['is', 'isNot'])), leaf(to))
        .map(([quantifier, term]) => ({ [name]: { [quantifier]: term } })),
    )
  return fc.oneof(
    { weight: 4, arbitrary: leaf(entity) },
    { weight: 2, arbitrary: inner.map((term) => ({ NOT: term })) },
    { weight: 1, arbitrary: fc.tuple(inner, inner).map((terms) => ({ AND: terms })) },
    { weight: 1, arbitrary: fc.tuple(inner, inner).map((terms) => ({ OR: terms })) },
    { weight: 2, arbitrary: related },
  )
}

const order = fc.constantFrom('asc', 'desc')

function sort(entity: EntityName): fc.Arbitrary<Input> {
  return fc.tuple(fieldOf(entity), order).map(([field, way]) => ({ [field]: way }))
}

function include(entity: EntityName): fc.Arbitrary<Input> {
  return fc
    .constantFrom(...Object.entries(RELATIONS[entity]))
    .chain(([name, [to, many]]): fc.Arbitrary<Input> =>
      many
        ? fc
            .record({ filter: leaf(to), sort: sort(to), count: fc.boolean() }, { requiredKeys: [] })
            .map((options) => ({ [name]: options }))
        : fc.constant({ [name]: true }),
    )
}

function data(entity: EntityName): fc.Arbitrary<Input> {
  return fc
    .subarray(FIELDS[entity].slice(1), { minLength: 1, maxLength: 2 })
    .chain((fields) =>
      fc.record(Object.fromEntries(fields.map((field) => [field, valueOf(entity, field)]))),
    )
}

/** Never the ghost's: that a key is taken is told by design (ACC-39). */
function newId(entity: EntityName): fc.Arbitrary<string> {
  return fc.constantFrom('w1', 'w2', 'w3', 'w4', ...IDS[entity])
}

function createData(entity: EntityName): fc.Arbitrary<Input> {
  const id = newId(entity)
  const needed = entity === 'Note' ? { docId: valueOf('Note', 'docId') } : {}
  return fc
    .tuple(fc.record({ id, ...needed }), data(entity))
    .map(([keys, rest]) => ({ ...rest, ...keys }))
}

function increment(entity: EntityName): fc.Arbitrary<Input> {
  const by = fc.constantFrom(1, -1)
  return (entity === 'Doc' ? fc.constantFrom('level', 'amount') : fc.constant('level')).chain(
    (field) => by.map((n) => ({ [field]: { increment: n } })),
  )
}

function reads(entity: EntityName): readonly fc.Arbitrary<Operation>[] {
  const say = (action: string, input: fc.Arbitrary<Input>): fc.Arbitrary<Operation> =>
    input.map((each) => ({ entity, action, input: each }))
  const select = fc.subarray([...FIELDS[entity]], { minLength: 1, maxLength: 3 })
  const fields = fc.subarray(
    FIELDS[entity].filter((field) => NUMBERS.has(field)),
    { minLength: 1 },
  )
  return [
    say(
      'list',
      fc.record(
        {
          filter: filter(entity),
          sort: sort(entity),
          select,
          include: include(entity),
          limit: fc.constantFrom(0, 1, 2),
          page: fc.constantFrom(1, 2),
          count: fc.boolean(),
          distinct: fc.subarray([...FIELDS[entity]], { minLength: 1, maxLength: 2 }),
        },
        { requiredKeys: [] },
      ),
    ),
    say('list', fc.record({ filter: filter(entity), count: fc.constant(true) })),
    say('count', fc.record({ filter: filter(entity) })),
    say(
      'aggregate',
      fc.record(
        {
          filter: filter(entity),
          groupBy: fc.subarray([...FIELDS[entity]], { minLength: 1, maxLength: 1 }),
          count: fc.constant(true),
          sum: fields,
          max: fields,
        },
        { requiredKeys: ['count'] },
      ),
    ),
    say('search', fc.record({ query: fc.constantFrom(...WORDS.filter((each) => each !== '')) })),
    say(
      'read',
      valueOf(entity, 'id').map((id) => ({ id })),
    ),
    ...(FIELDS[entity].includes('code')
      ? [
          say(
            'read',
            fc.constantFrom('code-d1', 'code-n1').map((code) => ({ code })),
          ),
        ]
      : []),
  ]
}

function writes(entity: EntityName): readonly fc.Arbitrary<Operation>[] {
  const say = (action: string, input: fc.Arbitrary<Input>): fc.Arbitrary<Operation> =>
    input.map((each) => ({ entity, action, input: each }))
  const key = valueOf(entity, 'id').map((value) => ({ id: value }))
  const change = fc.oneof({ weight: 3, arbitrary: data(entity) }, increment(entity))
  return [
    say('create', createData(entity)),
    say(
      'create_many',
      fc.array(createData(entity), { minLength: 1, maxLength: 2 }).map((items) => ({ items })),
    ),
    say(
      'update',
      fc.tuple(change, key).map(([given, id]) => ({ ...given, ...id })),
    ),
    say('update_many', fc.record({ filter: filter(entity), data: change })),
    say('delete', key),
    say('delete_many', fc.record({ filter: filter(entity) })),
    say(
      'upsert',
      fc
        .tuple(newId(entity), createData(entity), data(entity))
        .map(([id, create, update]) => ({ where: { id }, create: { ...create, id }, update })),
    ),
  ]
}

/** Three times as many reads as writes; a write may change what is seen, which ends a program early. */
export const programs: fc.Arbitrary<readonly Operation[]> = fc.array(
  fc
    .constantFrom(...ENTITIES)
    .chain((entity) =>
      fc.oneof(
        { weight: 3, arbitrary: fc.oneof(...reads(entity)) },
        { weight: 2, arbitrary: fc.oneof(...writes(entity)) },
      ),
    ),
  { minLength: 2, maxLength: 8 },
)
