// Random filters, sorts and includes: probes at fields and rows that may be hidden.
import fc from 'fast-check'
import { fieldOf, NUMBERS, RELATIONS, valueOf, type Input } from './relations.ts'
import { METAS, WORDS, type EntityName } from './world.ts'

/** Paths that some values have, with what is there and what is not. */
const PLACES = fc.constantFrom(
  { path: ['a'], value: 1 },
  { path: ['a'], value: 'x' },
  { path: ['a', 'b'], value: 'ab' },
  { path: ['b', 0], value: 1 },
  { path: [0], value: 'x' },
  { path: ['missing'], value: true },
)

/** At a path or on the whole value; some operators are nothing for some values, or refused. */
const jsonTerm: fc.Arbitrary<Input> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        PLACES,
        fc.constantFrom('equals', 'equals', 'not', 'gt', 'lte', 'contains', 'startsWith'),
      )
      .map(([{ path, value }, operator]) => ({ meta: { path, [operator]: value } })),
  },
  PLACES.map(({ path }) => ({ meta: { path, equals: null } })),
  fc
    .tuple(fc.constantFrom('equals', 'not'), fc.constantFrom(...METAS))
    .map(([operator, value]) => ({ meta: { [operator]: value } })),
  fc.boolean().map((yes) => ({ meta: { isNull: yes } })),
)

function leaf(entity: EntityName): fc.Arbitrary<Input> {
  return fieldOf(entity).chain((field) => {
    if (field === 'meta') return jsonTerm
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

export function filter(entity: EntityName, depth = 2): fc.Arbitrary<Input> {
  if (depth === 0) return leaf(entity)
  const inner = filter(entity, depth - 1)
  const related = fc
    .constantFrom(...RELATIONS[entity])
    .chain(({ name, to, many }) =>
      fc
        .tuple(fc.constantFrom(...(many ? ['some', 'none', 'every'] : ['is', 'isNot'])), leaf(to))
        .map(([quantifier, term]) => ({ [name]: { [quantifier]: term } })),
    )
  // That there is a related row at all, whatever it holds.
  const linked = fc
    .constantFrom(...RELATIONS[entity])
    .map(({ name, many }) => ({ [name]: many ? { some: {} } : null }))
  return fc.oneof(
    { weight: 4, arbitrary: leaf(entity) },
    { weight: 2, arbitrary: inner.map((term) => ({ NOT: term })) },
    { weight: 1, arbitrary: fc.tuple(inner, inner).map((terms) => ({ AND: terms })) },
    { weight: 1, arbitrary: fc.tuple(inner, inner).map((terms) => ({ OR: terms })) },
    { weight: 2, arbitrary: related },
    { weight: 1, arbitrary: linked },
  )
}

export const jsonFilter: fc.Arbitrary<Input> = fc.oneof(
  jsonTerm,
  jsonTerm.map((term) => ({ NOT: term })),
)

const order = fc.oneof(
  fc.constantFrom<unknown>('asc', 'desc'),
  fc.constantFrom('asc', 'desc').map((way): unknown => ({ order: way, nulls: 'first' })),
)

export function sort(entity: EntityName): fc.Arbitrary<Input> {
  return fc.tuple(fieldOf(entity), order).map(([field, way]) => ({ [field]: way }))
}

/** By what cannot be sorted by: a field of a related row, how many there are, a json field. */
export function strangeSort(entity: EntityName): fc.Arbitrary<Input> {
  const related = fc.constantFrom(...RELATIONS[entity]).chain(({ name, to, many }) =>
    fc.tuple(fieldOf(to), order).chain(([field, way]) =>
      fc.constantFrom<Input>(many ? { [name]: { count: way } } : { [name]: { [field]: way } }, {
        [`${name}.${field}`]: way,
      }),
    ),
  )
  return entity === 'Doc'
    ? fc.oneof(
        related,
        order.map((way) => ({ meta: way })),
      )
    : related
}

export function include(entity: EntityName, depth = 1): fc.Arbitrary<Input> {
  return fc.constantFrom(...RELATIONS[entity]).chain(({ name, to, many }): fc.Arbitrary<Input> => {
    const nested = depth === 0 ? {} : { include: include(to, depth - 1) }
    const options = many
      ? { filter: filter(to, 1), sort: sort(to), limit: fc.constantFrom(0, 1, 2), ...nested }
      : nested
    const counted = fc.record(
      { count: fc.constant(true), filter: leaf(to) },
      { requiredKeys: ['count'] },
    )
    const rows = fc.record(options, { requiredKeys: [] }).map((each) => ({ [name]: each }))
    return many
      ? fc.oneof(
          rows,
          counted.map((each) => ({ [name]: each })),
        )
      : rows
  })
}

export const query = fc.constantFrom(...WORDS.filter((word) => word !== ''), 'a b')
