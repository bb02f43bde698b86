import fc from 'fast-check'
import type { CompareOp, QueryOperand, QueryPredicate } from '@proj/dbal-schema'
import { describe, expect, it } from 'vitest'
import {
  evaluateOperand,
  evaluatePredicate,
  isLocal,
  JsonNull,
  type EvaluationScope,
  type Params,
  type Row,
  type Value,
} from '../src/index.ts'
import { entity, library } from './library.ts'

const authors: readonly Row[] = [
  {
    id: 1,
    name: 'Ada',
    rank: 3,
    active: true,
    born: '1815-12-10',
    joined: new Date('2024-05-01T00:00:00Z'),
    words: 9007199254740993n,
    pay: '10.50',
    score: 0.1,
    opens: '10:00:00',
    token: 'f47ac10b-58cc-4372-a567-0e02b2c3d479',
    photo: new Uint8Array([1, 2]),
    meta: { tags: ['x', 5, null], deep: { on: true }, none: null },
    mentorId: 2,
  },
  { id: 2, name: 'bob%', rank: null, meta: JsonNull, mentorId: null },
  { id: 3, name: 'Cy', rank: 1, meta: null, mentorId: 1 },
]
const books: readonly Row[] = [
  { id: 1, title: 'One', pages: 100, authorId: 1 },
  { id: 2, title: 'Two', pages: null, authorId: 1 },
  { id: 3, title: 'Three', pages: 10, authorId: null },
]
const tables: Readonly<Record<string, readonly Row[]>> = { Author: authors, Book: books }

function author(id: number): Row {
  const row = authors.find((each) => each['id'] === id)
  if (row === undefined) throw new Error(`no author ${id}`)
  return row
}

function scopeOf(row: Row, params: Params = [], of = 'Author'): EvaluationScope {
  return {
    entity: entity(of),
    row,
    params,
    model: library,
    related: (_entity, { target, from, to }, source) =>
      (tables[target] ?? []).filter(
        (other) => (other[to] ?? null) !== null && other[to] === source[from],
      ),
    all: ({ name }) => tables[name] ?? [],
  }
}

function evaluate(predicate: QueryPredicate, id = 1, params: Params = []): boolean | undefined {
  return evaluatePredicate(predicate, scopeOf(author(id), params))
}

function field(name: string, ...path: string[]): QueryOperand & { kind: 'field' } {
  const from = path.includes('books') || path.at(-1) === 'book' ? 'Book' : 'Author'
  const type = entity(from).fields.get(name)?.type ?? 'string'
  return { kind: 'field', path, field: name, type }
}

const literal = (value: string | number | boolean | null): QueryOperand => ({
  kind: 'literal',
  value,
})
const param = (type: 'integer' | 'text' | 'json' | 'datetime' = 'integer'): QueryOperand => ({
  kind: 'param',
  index: 0,
  type,
})
const list: QueryOperand = { kind: 'param', index: 0, type: 'integer', list: true }
const json = (...path: (string | number)[]): QueryOperand => ({
  kind: 'jsonPath',
  field: field('meta'),
  path,
})
const compare = (left: QueryOperand, op: CompareOp, right: QueryOperand): QueryPredicate => ({
  kind: 'compare',
  op,
  left,
  right,
})
const TRUE: QueryPredicate = { kind: 'true' }
const FALSE: QueryPredicate = { kind: 'false' }
const UNKNOWN = compare(field('rank'), '=', literal(null))

describe('comparisons', () => {
  it.each([
    ['equal', compare(field('rank'), '=', literal(3)), true],
    ['order', compare(field('rank'), '>', literal(3)), false],
    ['with NULL', UNKNOWN, undefined],
    ['!= with NULL', compare(field('rank'), '!=', literal(null)), undefined],
    ['bigint and number', compare(field('words'), '=', literal(2 ** 53)), false],
    ['bigint and fraction', compare(field('words'), '>', literal(1.5)), true],
    ['decimal and number', compare(field('pay'), '=', literal(10.5)), true],
    ['decimal and text', compare(field('pay'), '<', literal('10.500001')), true],
    ['float and number', compare(field('score'), '=', literal(0.1)), true],
    ['case', compare(field('name'), '=', literal('ada')), false],
    ['trailing space', compare(field('name'), '=', literal('Ada ')), false],
    [
      'datetime and ISO text',
      compare(field('joined'), '<', literal('2024-05-01T02:00:01+02:00')),
      true,
    ],
    ['datetime and date', compare(field('joined'), '=', literal('2024-05-01')), true],
    ['date', compare(field('born'), '<', literal('1900-01-01')), true],
    ['time without seconds', compare(field('opens'), '=', literal('10:00')), true],
    [
      'uuid in capitals',
      compare(field('token'), '=', literal('F47AC10B-58CC-4372-A567-0E02B2C3D479')),
      true,
    ],
    ['boolean', compare(field('active'), '=', literal(true)), true],
    ['literal on the left', compare(literal(2), '<', field('rank')), true],
    ['two fields', compare(field('rank'), '>', field('id')), true],
    ['two literals', compare(literal(1), '<', literal(2)), true],
  ])('%s', (_name, predicate, expected) => {
    expect(evaluate(predicate)).toBe(expected)
  })

  it('takes params, and an absent one is NULL', () => {
    const predicate = compare(field('rank'), '=', param())
    expect(evaluate(predicate, 1, [3])).toBe(true)
    expect(evaluate(predicate, 1, [])).toBe(undefined)
    expect(evaluate(compare(field('meta'), '=', param('json')), 2, [JsonNull])).toBe(true)
    expect(evaluate(compare(field('meta'), '=', param('json')), 3, [JsonNull])).toBe(undefined)
    const same: Value = { none: null, deep: { on: true }, tags: ['x', 5, null] }
    expect(evaluate(compare(field('meta'), '=', param('json')), 1, [same])).toBe(true)
  })

  it('compares no text with a number', () => {
    for (const value of ['3', true])
      expect(() =>
        evaluate(compare(field('rank'), '=', param()), 1, [value === true ? true : 'x']),
      ).toThrow(expect.objectContaining({ code: 'INTERNAL_ERROR' }))
    expect(() => evaluate(compare(field('name'), '=', literal(1)))).toThrow()
    expect(() => evaluate(compare(field('joined'), '=', literal('soon')))).toThrow()
  })

  it('distinct is never unknown', () => {
    const distinct = (left: QueryOperand, right: QueryOperand): QueryPredicate => ({
      kind: 'distinct',
      left,
      right,
    })
    expect(evaluate(distinct(field('rank'), literal(3)))).toBe(false)
    expect(evaluate(distinct(field('rank'), literal(null)))).toBe(true)
    expect(evaluate(distinct(field('rank'), literal(null)), 2)).toBe(false)
    expect(evaluate(distinct(field('rank'), literal(4)))).toBe(true)
  })
})

describe('IN', () => {
  const within = (
    left: QueryOperand,
    of: QueryOperand | readonly QueryOperand[],
  ): QueryPredicate => ({
    kind: 'in',
    left,
    list: of,
  })
  it.each([
    ['a hit', within(field('rank'), [literal(1), literal(3)]), [], true],
    ['a miss', within(field('rank'), [literal(1)]), [], false],
    ['a miss beside NULL', within(field('rank'), [literal(1), literal(null)]), [], undefined],
    ['a hit beside NULL', within(field('rank'), [literal(null), literal(3)]), [], true],
    ['nothing', within(field('rank'), []), [], false],
    ['NULL in nothing', within(literal(null), []), [], false],
    ['NULL in something', within(literal(null), [literal(1)]), [], undefined],
    ['a list param', within(field('rank'), list), [[1, 3]], true],
    ['an empty list param', within(field('rank'), list), [[]], false],
    ['an absent list', within(field('rank'), list), [], undefined],
  ] as const)('%s', (_name, predicate, params, expected) => {
    expect(evaluate(predicate, 1, params)).toBe(expected)
  })
})

describe('relations', () => {
  const of = (left: QueryOperand, where: QueryPredicate): QueryPredicate => ({
    kind: 'inSelect',
    left,
    entity: 'Book',
    field: 'authorId',
    where,
  })
  const pages = (op: CompareOp, value: number) =>
    compare({ kind: 'field', path: [], field: 'pages', type: 'integer' }, op, literal(value))

  it('follows paths, and a missing row gives NULL', () => {
    expect(evaluate(compare(field('name', 'mentor'), '=', literal('bob%')))).toBe(true)
    expect(evaluate(compare(field('name', 'mentor', 'mentor'), '=', literal('bob%')), 3)).toBe(true)
    expect(evaluate({ kind: 'isNull', operand: field('name', 'mentor', 'mentor') })).toBe(true)
    expect(evaluate(compare(field('name', 'mentor'), '!=', literal('x')), 2)).toBe(undefined)
  })

  it('exists is two-valued', () => {
    const some = (where: QueryPredicate): QueryPredicate => ({
      kind: 'exists',
      relation: 'books',
      where,
    })
    expect(evaluate(some(pages('>', 50)))).toBe(true)
    expect(evaluate(some(pages('>', 500)))).toBe(false)
    expect(evaluate(some(TRUE), 2)).toBe(false)
    expect(evaluate({ kind: 'not', term: some(pages('<', 50)) })).toBe(true)
  })

  it('IN SELECT has the meaning of IN over the values found', () => {
    expect(evaluate(of(field('id'), TRUE), 1)).toBe(true)
    expect(evaluate(of(field('id'), TRUE), 2)).toBe(undefined)
    expect(evaluate(of(field('id'), pages('>', 50)), 2)).toBe(false)
    expect(evaluate(of(literal(null), FALSE))).toBe(false)
    expect(evaluate(of(literal(null), TRUE))).toBe(undefined)
  })

  it('counts related rows', () => {
    const count = (where?: QueryPredicate): QueryOperand => ({
      kind: 'relationCount',
      relation: 'books',
      ...(where === undefined ? {} : { where }),
    })
    expect(evaluateOperand(count(), scopeOf(author(1)))).toBe(2)
    expect(evaluate(compare(count(pages('>', 50)), '=', literal(1)))).toBe(true)
    expect(evaluate(compare(count(), '=', literal(0)), 3)).toBe(true)
  })
})

describe('JSON', () => {
  it.each([
    ['text', compare(json('tags', 0), '=', literal('x')), true],
    ['number', compare(json('tags', 1), '>', literal(4.5)), true],
    ['boolean', compare(json('deep', 'on'), '=', literal(true)), true],
    ['another kind is NULL', compare(json('tags', 0), '=', literal(5)), undefined],
    ['another kind, negated', compare(json('tags', 0), '!=', literal(5)), undefined],
    ['JSON null is no text', compare(json('none'), '=', literal('x')), undefined],
    ['nothing there', compare(json('nowhere', 1), '=', literal('x')), undefined],
    ['a number names no member', compare(json('deep', 0), '=', literal(1)), undefined],
    ['text names no element', compare(json('tags', '0'), '=', literal('x')), undefined],
    ['nothing inherited', { kind: 'isNull', operand: json('constructor') } as const, true],
    ['nothing there is NULL', { kind: 'isNull', operand: json('nowhere') } as const, true],
    ['JSON null is not NULL', { kind: 'isNull', operand: json('none') } as const, false],
    ['JSON null', { kind: 'jsonNull', operand: json('none') } as const, true],
    ['no JSON null', { kind: 'jsonNull', operand: json('deep') } as const, false],
    ['JSON null of nothing', { kind: 'jsonNull', operand: json('nowhere') } as const, undefined],
  ])('%s', (_name, predicate, expected) => {
    expect(evaluate(predicate)).toBe(expected)
  })

  it('tells a stored JSON null from SQL NULL', () => {
    expect(evaluate({ kind: 'jsonNull', operand: field('meta') }, 2)).toBe(true)
    expect(evaluate({ kind: 'isNull', operand: field('meta') }, 2)).toBe(false)
    expect(evaluate({ kind: 'jsonNull', operand: field('meta') }, 3)).toBe(undefined)
    expect(evaluate({ kind: 'isNull', operand: field('meta') }, 3)).toBe(true)
  })
})

describe('match', () => {
  const match = (
    left: QueryOperand,
    op: 'contains' | 'like',
    text: string | null,
    insensitive = false,
  ) => ({ kind: 'match', op, left, right: literal(text), insensitive }) as const
  it('is literal, three-valued and for text', () => {
    expect(evaluate(match(field('name'), 'contains', '%'), 1)).toBe(false)
    expect(evaluate(match(field('name'), 'contains', '%'), 2)).toBe(true)
    expect(evaluate(match(field('name'), 'like', 'A%'))).toBe(true)
    expect(evaluate(match(field('name'), 'like', 'a%'))).toBe(false)
    expect(evaluate(match(field('name'), 'like', 'a%', true))).toBe(true)
    expect(evaluate(match(field('name'), 'contains', null))).toBe(undefined)
    expect(evaluate(match(json('tags', 0), 'contains', 'x'))).toBe(true)
    expect(evaluate(match(json('tags', 1), 'contains', '5'))).toBe(undefined)
    expect(() => evaluate(match(field('rank'), 'contains', '3'))).toThrow()
  })
})

describe('logic', () => {
  const atom = fc.constantFrom(TRUE, FALSE, UNKNOWN)
  const tree = fc.letrec<{ term: QueryPredicate }>((tie) => ({
    term: fc.oneof(
      { maxDepth: 4 },
      atom,
      fc.record({ kind: fc.constant('not' as const), term: tie('term') }),
      fc.record({ kind: fc.constant('holds' as const), term: tie('term') }),
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        terms: fc.array(tie('term'), { maxLength: 3 }),
      }),
    ),
  })).term

  it('is that of SQL', () => {
    const values = [TRUE, FALSE, UNKNOWN]
    const table = (kind: 'and' | 'or') =>
      values.map((a) => values.map((b) => evaluate({ kind, terms: [a, b] })))
    expect(table('and')).toEqual([
      [true, false, undefined],
      [false, false, false],
      [undefined, false, undefined],
    ])
    expect(table('or')).toEqual([
      [true, true, true],
      [true, false, undefined],
      [true, undefined, undefined],
    ])
    expect(values.map((term) => evaluate({ kind: 'not', term }))).toEqual([false, true, undefined])
    expect(values.map((term) => evaluate({ kind: 'holds', term }))).toEqual([true, false, false])
    expect(evaluate({ kind: 'and', terms: [] })).toBe(true)
    expect(evaluate({ kind: 'or', terms: [] })).toBe(false)
  })

  it('keeps double negation and De Morgan', () => {
    const not = (term: QueryPredicate): QueryPredicate => ({ kind: 'not', term })
    fc.assert(
      fc.property(tree, tree, (a, b) => {
        expect(evaluate(not(not(a)))).toBe(evaluate(a))
        expect(evaluate(not({ kind: 'and', terms: [a, b] }))).toBe(
          evaluate({ kind: 'or', terms: [not(a), not(b)] }),
        )
        expect(evaluate({ kind: 'and', terms: [a, b] })).toBe(
          evaluate({ kind: 'and', terms: [b, a] }),
        )
      }),
    )
  })

  it('splits every comparison into itself, its opposite and unknown', () => {
    const opposites = [
      ['=', '!='],
      ['<', '>='],
      ['>', '<='],
    ] as const
    const value = fc.option(fc.integer({ min: -2, max: 2 }))
    fc.assert(
      fc.property(value, value, fc.constantFrom(...opposites), (a, b, [op, opposite]) => {
        const one = evaluate(compare(literal(a), op, literal(b)))
        const other = evaluate(compare(literal(a), opposite, literal(b)))
        expect(other).toBe(one === undefined ? undefined : !one)
        expect(one === undefined).toBe(a === null || b === null)
      }),
    )
  })

  it('refuses what must be resolved before', () => {
    expect(() => evaluate({ kind: 'allowed', relation: 'books', action: 'read' })).toThrow(
      expect.objectContaining({ code: 'INTERNAL_ERROR' }),
    )
    expect(() => evaluate({ kind: 'missing', operand: literal(1) })).toThrow(
      expect.objectContaining({ code: 'INTERNAL_ERROR' }),
    )
  })
})

describe('isLocal', () => {
  it.each([
    [TRUE, true],
    [compare(field('rank'), '=', param()), true],
    [{ kind: 'in', left: field('rank'), list } as const, true],
    [{ kind: 'in', left: field('rank'), list: [field('rank', 'mentor')] } as const, false],
    [compare(json('a'), '=', literal(1)), true],
    [compare(field('rank', 'mentor'), '=', literal(1)), false],
    [compare({ kind: 'relationCount', relation: 'books' }, '=', literal(1)), false],
    [{ kind: 'not', term: { kind: 'exists', relation: 'books', where: TRUE } } as const, false],
    [
      { kind: 'or', terms: [TRUE, { kind: 'isNull', operand: field('rank', 'mentor') }] } as const,
      false,
    ],
    [
      {
        kind: 'inSelect',
        left: field('id'),
        entity: 'Book',
        field: 'authorId',
        where: TRUE,
      } as const,
      false,
    ],
  ])('%#', (predicate, expected) => {
    expect(isLocal(predicate)).toBe(expected)
  })
})
