// Random filters: every operator of a field's type, logic, and terms over relations.
import type { Entity, Field, FieldType, Model } from '@proj/dbal-schema'
import fc from 'fast-check'
import { valueOf } from './random-values.ts'

type Filter = Readonly<Record<string, unknown>>

export function randomFilter(model: Model, entity: Entity, depth = 2): fc.Arbitrary<Filter> {
  const leaf = leafOf(entity)
  if (depth === 0) return leaf
  const inner = randomFilter(model, entity, depth - 1)
  const relations = [...entity.relations.values()].map((relation) => {
    const term = leafOf(model.entities.get(relation.target) as Entity)
    const quantifiers =
      relation.cardinality === 'many' ? ['some', 'none', 'every'] : ['is', 'isNot']
    return fc
      .tuple(fc.constantFrom(...quantifiers), term)
      .map(([quantifier, filter]) => ({ [relation.name]: { [quantifier]: filter } }))
  })
  return fc.oneof(
    { weight: 5, arbitrary: leaf },
    { weight: 1, arbitrary: inner.map((term) => ({ NOT: term })) },
    { weight: 1, arbitrary: fc.array(inner, { maxLength: 2 }).map((terms) => ({ AND: terms })) },
    { weight: 1, arbitrary: fc.array(inner, { maxLength: 2 }).map((terms) => ({ OR: terms })) },
    ...relations.map((arbitrary) => ({ weight: 1, arbitrary })),
  )
}

function leafOf({ fields }: Entity): fc.Arbitrary<Filter> {
  return fc
    .constantFrom(...fields.values())
    .chain((field) => conditionOf(field).map((condition) => ({ [field.name]: condition })))
}

const TEXT: ReadonlySet<FieldType> = new Set(['string', 'text'])
const UNORDERED: ReadonlySet<FieldType> = new Set(['boolean', 'json', 'bytes', 'enum'])

function conditionOf(field: Field): fc.Arbitrary<unknown> {
  const { type } = field
  const value = valueOf(field)
  const isNull = fc.boolean().map((yes) => ({ isNull: yes }))
  if (type === 'json') return fc.oneof(isNull, jsonTerm)
  const operators = UNORDERED.has(type) ? ['eq', 'ne'] : ['eq', 'ne', 'gt', 'gte', 'lt', 'lte']
  const compared = fc
    .tuple(fc.constantFrom(...operators), value)
    .map(([op, each]) => ({ [op]: each }))
  const listed = fc
    .tuple(fc.constantFrom('in', 'nin'), fc.array(value, { maxLength: 3 }))
    .map(([op, list]) => ({ [op]: list }))
  const terms: fc.Arbitrary<unknown>[] = [value, isNull, compared, listed]
  if (!UNORDERED.has(type)) terms.push(fc.tuple(value, value).map((pair) => ({ between: pair })))
  if (TEXT.has(type)) terms.push(textTerm)
  return fc.oneof(...terms)
}

const textTerm = fc
  .tuple(
    fc.constantFrom('contains', 'startsWith', 'endsWith', 'like', 'ilike'),
    fc.constantFrom('', 'a', 'A', 'É', 'é', '%', '_', '\\', "'", '%a%', 'a_'),
    fc.boolean(),
  )
  .map(([op, text, folds]) => ({
    [op]: text,
    ...(folds && !op.endsWith('like') ? { mode: 'insensitive' } : {}),
  }))

const jsonTerm = fc
  .tuple(
    fc.constantFrom<(string | number)[][]>(['a'], ['a', 'b'], ['c', 0], [0], ['missing']),
    fc.constantFrom<unknown[]>(1, 'x', 'a', null, 0),
  )
  .map(([path, equals]) => ({ path, equals }))
