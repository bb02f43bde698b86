// Row predicates in two independent forms: the text that a contract says, and a three-valued test in
// plain code. Shares nothing with the product's own evaluator, which is what it is held against.
import type { Caller, PlainRow, World } from './world.ts'

/** `null` is unknown. */
export type Truth = boolean | null

export interface Atom {
  readonly text: string
  readonly test: (row: PlainRow, world: World, caller: Caller) => Truth
}

export type Expression =
  | { readonly kind: 'atom'; readonly atom: Atom }
  | { readonly kind: 'not'; readonly term: Expression }
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Expression[] }

export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'atom':
      return expression.atom.text
    case 'not':
      return `NOT (${printExpression(expression.term)})`
    default:
      return expression.terms
        .map((term) => `(${printExpression(term)})`)
        .join(expression.kind === 'and' ? ' AND ' : ' OR ')
  }
}

export function evaluateExpression(
  expression: Expression,
  row: PlainRow,
  world: World,
  caller: Caller,
): Truth {
  switch (expression.kind) {
    case 'atom':
      return expression.atom.test(row, world, caller)
    case 'not': {
      const truth = evaluateExpression(expression.term, row, world, caller)
      return truth === null ? null : !truth
    }
    default: {
      const truths = expression.terms.map((term) => evaluateExpression(term, row, world, caller))
      const decisive = expression.kind === 'or'
      if (truths.includes(decisive)) return decisive
      return truths.includes(null) ? null : !decisive
    }
  }
}
