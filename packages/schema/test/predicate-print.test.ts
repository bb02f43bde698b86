import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkPredicate } from '../src/predicate/check-predicate.ts'
import { mapPredicate, visitPredicate } from '../src/predicate/map-predicate.ts'
import type {
  FieldOperand,
  QueryPredicate,
  RuleOperand,
  RulePredicate,
} from '../src/predicate/predicate.ts'
import { printPredicate } from '../src/predicate/print-predicate.ts'
import { checkScope } from './predicate-fixture.ts'

const ID = '0190aaaa-bbbb-7ccc-8ddd-eeeeffff0000'
const field = (name: string, type: FieldOperand['type'], path: readonly string[] = []) =>
  ({ kind: 'field', path, field: name, type }) as const
const literal = (value: string | number | boolean) => ({ kind: 'literal', value }) as const

/** A side and values that fit it, in the form the checker gives them. */
const SIDES: readonly (readonly [RuleOperand, fc.Arbitrary<RuleOperand>])[] = [
  [
    field('title', 'string'),
    fc.oneof(
      fc
        .string({ unit: 'grapheme' })
        .filter((text) => !text.includes('\0'))
        .map(literal),
      fc.constantFrom<RuleOperand>({ kind: 'user', name: 'role', type: 'string' }),
    ),
  ],
  [
    field('level', 'integer', ['owner']),
    fc.oneof(
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map(literal),
      fc.constantFrom<RuleOperand>(field('not', 'integer'), {
        kind: 'before',
        field: 'level',
        type: 'integer',
      }),
    ),
  ],
  [
    field('views', 'bigint'),
    fc.oneof(
      fc
        .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
        .map((value) =>
          literal(Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()),
        ),
      fc.constantFrom<RuleOperand>({ kind: 'now' }),
    ),
  ],
  [
    field('weight', 'float'),
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .map((value) => literal(value === 0 ? 0 : value)),
  ],
  [
    field('price', 'decimal'),
    fc.integer({ min: -1e9, max: 1e9 }).map((cents) => {
      const digits = String(Math.abs(cents)).padStart(3, '0')
      const text = `${digits.slice(0, -2)}.${digits.slice(-2)}`.replace(/\.?0+$/, '')
      return literal(cents < 0 ? `-${text}` : text)
    }),
  ],
  [
    field('createdAt', 'datetime'),
    fc.oneof(
      fc
        .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
        .map((date) => literal(date.toISOString())),
      fc.constantFrom<RuleOperand>({ kind: 'now' }),
    ),
  ],
  [
    field('id', 'uuid'),
    fc.constantFrom<RuleOperand>(literal(ID), { kind: 'context', name: 'tenantId' }),
  ],
  [{ kind: 'user', name: 'id', type: 'uuid' }, fc.constantFrom<RuleOperand>(literal(ID))],
  [{ kind: 'context', name: 'x' }, fc.constantFrom<RuleOperand>(literal('a'), literal(1))],
]
const UNORDERED = ['=', '!='] as const
const pair = fc
  .constantFrom(...SIDES)
  .chain(([left, values]) => values.map((right) => ({ left, right })))

const leaf: fc.Arbitrary<RulePredicate> = fc.oneof(
  fc.constantFrom<RulePredicate>({ kind: 'true' }, { kind: 'false' }),
  fc
    .tuple(pair, fc.constantFrom(...UNORDERED, '<', '<=', '>', '>='), fc.boolean())
    .map(([{ left, right }, op, swap]): RulePredicate =>
      swap
        ? { kind: 'compare', op, left: right, right: left }
        : { kind: 'compare', op, left, right },
    ),
  fc
    .constantFrom(...SIDES)
    .chain(([left, values]) =>
      fc.array(values, { maxLength: 3 }).map((list): RulePredicate => ({ kind: 'in', left, list })),
    ),
  fc.constantFrom<RulePredicate>(
    {
      kind: 'in',
      left: field('title', 'string'),
      list: { kind: 'user', name: 'groups', type: 'string', list: true },
    },
    { kind: 'isNull', operand: field('meta', 'json') },
    { kind: 'missing', operand: { kind: 'user', name: 'tenantId', type: 'uuid' } },
    { kind: 'allowed', relation: 'parent', action: 'read' },
  ),
  fc
    .string()
    .filter((text) => !text.includes('\0'))
    .map((text): RulePredicate => ({
      kind: 'match',
      op: 'like',
      insensitive: false,
      left: field('title', 'string'),
      right: literal(text),
    })),
)

/** As the checker builds them: no AND in an AND, at least two terms. */
const { tree } = fc.letrec<{ tree: RulePredicate }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    tie('tree').map((term): RulePredicate => ({ kind: 'not', term })),
    fc
      .tuple(fc.constantFrom('and', 'or'), fc.array(tie('tree'), { minLength: 2, maxLength: 4 }))
      .map(([kind, terms]): RulePredicate => ({
        kind,
        terms: terms.flatMap((term) => (term.kind === kind ? term.terms : [term])),
      })),
    // `parent` leads from Page to Page, so that what is inside fits as well.
    tie('tree').map((where): RulePredicate => ({ kind: 'exists', relation: 'parent', where })),
    tie('tree').map((where): RulePredicate => ({
      kind: 'inSelect',
      left: field('parentId', 'uuid'),
      entity: 'Page',
      field: 'id',
      where,
    })),
  ),
}))

describe('printPredicate', () => {
  it('reads back as the same tree', () => {
    fc.assert(
      fc.property(tree, (predicate) => {
        const text = printPredicate(predicate)
        expect(checkPredicate(text, checkScope)).toEqual({ predicate, problems: [] })
      }),
      { numRuns: 1000 },
    )
  })

  it('prints what only filters have, for people', () => {
    const title = field('title', 'string')
    const param = { kind: 'param', index: 0, type: 'string' } as const
    const predicate: QueryPredicate = {
      kind: 'and',
      terms: [
        { kind: 'holds', term: { kind: 'compare', op: '=', left: title, right: param } },
        { kind: 'distinct', left: title, right: literal('a') },
        { kind: 'match', op: 'contains', insensitive: true, left: title, right: param },
        {
          kind: 'not',
          term: { kind: 'match', op: 'like', insensitive: true, left: title, right: param },
        },
        {
          kind: 'jsonNull',
          operand: { kind: 'jsonPath', field: field('meta', 'json'), path: ['a', 0] },
        },
        {
          kind: 'compare',
          op: '>',
          left: { kind: 'relationCount', relation: 'comments', where: { kind: 'true' } },
          right: literal(3),
        },
      ],
    }
    expect(printPredicate(predicate)).toBe(
      [
        'holds(title = ?1)',
        "title IS DISTINCT FROM 'a'",
        'contains(title, ?1, insensitive)',
        'title NOT ILIKE ?1',
        'jsonNull(meta["a"][0])',
        'count(comments WHERE true) > 3',
      ].join(' AND '),
    )
    expect(printPredicate({ kind: 'and', terms: [] })).toBe('true')
    expect(printPredicate({ kind: 'or', terms: [{ kind: 'and', terms: [] }] })).toBe('true')
  })
})

describe('walking', () => {
  const read = (text: string): RulePredicate => checkPredicate(text, checkScope).predicate!
  const text =
    "NOT level = 1 AND (title LIKE 'a' OR EXISTS(parent WHERE level IN (2, views))) AND id IN (SELECT pageId FROM Comment WHERE stars IS NULL) AND $user.id IS MISSING AND title IN $user.groups AND allowed(parent, 'read')"

  it('maps every operand and keeps the rest', () => {
    const seen: string[] = []
    const same = mapPredicate(read(text), {
      operand: (operand: RuleOperand) => {
        seen.push(operand.kind === 'field' ? operand.field : operand.kind)
        return operand
      },
    })
    expect(same).toEqual(read(text))
    expect(seen.sort()).toEqual([
      'id',
      'level',
      'level',
      'literal',
      'literal',
      'literal',
      'stars',
      'title',
      'title',
      'user',
      'user',
      'views',
    ])
  })

  it('lets a node be replaced as a whole', () => {
    const replaced = mapPredicate<RuleOperand, RuleOperand>(read(text), {
      operand: (operand) => operand,
      node: (node, map) =>
        node.kind === 'not'
          ? map(node.term)
          : node.kind === 'exists'
            ? { kind: 'true' }
            : undefined,
    })
    expect(printPredicate(replaced)).toContain("level = 1 AND (title LIKE 'a' OR true) AND id IN")
  })

  it('visits nodes before their parts, and leaves out what is refused', () => {
    const kinds: string[] = []
    const operands: string[] = []
    visitPredicate(read(text), {
      node: (node) => {
        kinds.push(node.kind)
        return node.kind !== 'exists'
      },
      operand: (operand) => operands.push(operand.kind),
    })
    expect(kinds).toEqual([
      'and',
      'not',
      'compare',
      'or',
      'match',
      'exists',
      'inSelect',
      'isNull',
      'missing',
      'in',
      'allowed',
    ])
    expect(operands).toHaveLength(9)
  })
})
