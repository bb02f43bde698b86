import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkPredicate } from '../src/predicate/check-predicate.ts'
import { allOf, anyOf, negate } from '../src/predicate/logic.ts'
import type { Predicate, RuleOperand, RulePredicate } from '../src/predicate/predicate.ts'
import { printPredicate } from '../src/predicate/print-predicate.ts'
import { simplifyPredicate } from '../src/predicate/simplify-predicate.ts'
import { checkScope } from './predicate-fixture.ts'

type Truth = boolean | undefined
type Row = Readonly<Record<string, number | null>>
interface World {
  readonly row: Row
  /** What EXISTS and SELECT see. */
  readonly others: readonly Row[]
}

/** Three-valued logic spelled out, with nothing in common with the code under test. */
function evaluate(node: RulePredicate, world: World): Truth {
  const value = (operand: RuleOperand): number | string | boolean | null => {
    if (operand.kind === 'literal') return operand.value
    return operand.kind === 'field' ? (world.row[operand.field] ?? null) : null
  }
  switch (node.kind) {
    case 'true':
      return true
    case 'false':
      return false
    case 'and': {
      const values = node.terms.map((term) => evaluate(term, world))
      return values.includes(false) ? false : values.includes(undefined) ? undefined : true
    }
    case 'or': {
      const values = node.terms.map((term) => evaluate(term, world))
      return values.includes(true) ? true : values.includes(undefined) ? undefined : false
    }
    case 'not': {
      const inner = evaluate(node.term, world)
      return inner === undefined ? undefined : !inner
    }
    case 'holds':
      return evaluate(node.term, world) === true
    case 'compare': {
      const [a, b] = [value(node.left), value(node.right)]
      if (a === null || b === null) return undefined
      if (node.op === '=') return a === b
      if (node.op === '!=') return a !== b
      if (node.op === '<') return a < b
      if (node.op === '<=') return a <= b
      return node.op === '>' ? a > b : a >= b
    }
    case 'distinct':
      return value(node.left) !== value(node.right)
    case 'isNull':
      return value(node.operand) === null
    case 'in': {
      const list = (node.list as readonly RuleOperand[]).map(value)
      const left = value(node.left)
      if (list.length === 0) return false
      if (left === null) return undefined
      return list.includes(left) ? true : list.includes(null) ? undefined : false
    }
    case 'exists':
      return world.others.some((row) => evaluate(node.where, { ...world, row }) === true)
    case 'inSelect': {
      const rows = world.others.filter((row) => evaluate(node.where, { ...world, row }) === true)
      const found = rows.map((row) => row[node.field] ?? null)
      const left = value(node.left)
      if (found.length === 0) return false
      if (left === null) return undefined
      return found.some((one) => one === left) ? true : found.includes(null) ? undefined : false
    }
    default:
      throw new Error(`not asked for: ${node.kind}`)
  }
}

const field = (name: string) => ({ kind: 'field', path: [], field: name, type: 'integer' }) as const
const operand = fc.oneof(
  fc.constantFrom('a', 'b').map(field),
  fc.constantFrom(0, 1, 2, null).map((value) => ({ kind: 'literal', value }) as const),
)
const op = fc.constantFrom('=', '!=', '<', '<=', '>', '>=')

const { predicate } = fc.letrec<{ predicate: RulePredicate }>((tie) => ({
  predicate: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<RulePredicate>({ kind: 'true' }, { kind: 'false' }),
    fc.record({ kind: fc.constant('compare'), op, left: operand, right: operand }),
    fc.record({ kind: fc.constant('isNull'), operand }),
    fc.record({ kind: fc.constant('distinct'), left: operand, right: operand }),
    fc.record({
      kind: fc.constant('in'),
      left: operand,
      list: fc.array(operand, { maxLength: 3 }),
    }),
    fc.record({
      kind: fc.constantFrom('and', 'or'),
      terms: fc.array(tie('predicate'), { maxLength: 3 }),
    }),
    fc.record({ kind: fc.constantFrom('not', 'holds'), term: tie('predicate') }),
    fc.record({
      kind: fc.constant('exists'),
      relation: fc.constant('rows'),
      where: tie('predicate'),
    }),
    fc.record({
      kind: fc.constant('inSelect'),
      left: operand,
      entity: fc.constant('Row'),
      field: fc.constantFrom('a', 'b'),
      where: tie('predicate'),
    }),
  ),
}))

const VALUES = [null, 0, 1, 2]
const ROWS: readonly Row[] = VALUES.flatMap((a) => VALUES.map((b) => ({ a, b })))
const OTHERS: readonly (readonly Row[])[] = [
  [],
  [{ a: 1, b: null }],
  [
    { a: null, b: 0 },
    { a: 2, b: 2 },
  ],
]

describe('simplifyPredicate', () => {
  it('answers as the predicate it was made from, unknown included', () => {
    fc.assert(
      fc.property(predicate, (original) => {
        const simple = simplifyPredicate(original)
        for (const row of ROWS)
          for (const others of OTHERS)
            expect(evaluate(simple, { row, others })).toBe(evaluate(original, { row, others }))
      }),
      { numRuns: 2000 },
    )
  })

  it('comes to rest', () => {
    fc.assert(
      fc.property(predicate, (original) => {
        const once = simplifyPredicate(original)
        expect(simplifyPredicate(once)).toEqual(once)
        expect(JSON.stringify(once).length).toBeLessThanOrEqual(JSON.stringify(original).length)
      }),
    )
  })

  it.each([
    ['level = 1 AND true', 'level = 1'],
    ['level = 1 AND false', 'false'],
    ['level = 1 OR true', 'true'],
    ['level = 1 OR false', 'level = 1'],
    ['NOT true', 'false'],
    ['NOT NOT level = 1', 'level = 1'],
    ['level = 1 AND (level = 1 AND level = 2)', 'level = 1 AND level = 2'],
    ['level = 1 OR level = 1', 'level = 1'],
    ['1 = 2 OR level = 3', 'level = 3'],
    ["'b' > 'a'", 'true'],
    ["'\u{ff5e}' < '\u{1f600}'", 'true'],
    ['level IN ()', 'false'],
    ['level NOT IN ()', 'true'],
    ["'a' IN ('b', 'a')", 'true'],
    ["'a' IN ('b')", 'false'],
    ['EXISTS(comments WHERE stars = 1 AND false)', 'false'],
    ['id IN (SELECT pageId FROM Comment WHERE 1 = 2)', 'false'],
    ['EXISTS(comments WHERE true)', 'EXISTS(comments)'],
    ['level = level', 'level = level'],
    ['level = 1 OR NOT level = 1', 'level = 1 OR NOT level = 1'],
    ["allowed(parent, 'read') AND title LIKE 'a'", "allowed(parent, 'read') AND title LIKE 'a'"],
    ['$user.id IS MISSING', '$user.id IS MISSING'],
  ])('%s is %s', (text, simple) => {
    const { predicate: read } = checkPredicate(text, checkScope)
    expect(printPredicate(simplifyPredicate(read!))).toBe(simple)
  })

  it('turns unknown into false only where unknown counts as no', () => {
    const unknown: RulePredicate = {
      kind: 'compare',
      op: '=',
      left: field('a'),
      right: { kind: 'literal', value: null },
    }
    expect(simplifyPredicate(unknown)).toEqual(unknown)
    expect(simplifyPredicate({ kind: 'holds', term: unknown })).toEqual({ kind: 'false' })
    expect(simplifyPredicate({ kind: 'exists', relation: 'rows', where: unknown })).toEqual({
      kind: 'false',
    })
    const negated: RulePredicate = { kind: 'holds', term: { kind: 'not', term: unknown } }
    expect(simplifyPredicate(negated)).toEqual(negated)
  })
})

describe('joining', () => {
  const one: Predicate<never> = { kind: 'allowed', relation: 'x', action: 'read' }
  const two: Predicate<never> = { kind: 'allowed', relation: 'y', action: 'read' }

  it('folds constants and nesting', () => {
    expect(allOf([])).toEqual({ kind: 'true' })
    expect(anyOf([])).toEqual({ kind: 'false' })
    expect(allOf([one])).toBe(one)
    expect(allOf([one, { kind: 'true' }, allOf([two, one])])).toEqual({
      kind: 'and',
      terms: [one, two, one],
    })
    expect(anyOf([one, { kind: 'true' }])).toEqual({ kind: 'true' })
    expect(allOf([one, { kind: 'false' }])).toEqual({ kind: 'false' })
    expect(anyOf([anyOf([one, two]), { kind: 'false' }])).toEqual({ kind: 'or', terms: [one, two] })
    expect(negate(negate(one))).toBe(one)
  })
})
