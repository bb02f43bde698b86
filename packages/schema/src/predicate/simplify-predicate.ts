// A smaller predicate with the same answer for every row. Unknown stays unknown, with one exception: where unknown
// counts as no (inside `holds`, and in the WHERE of EXISTS and SELECT, as long as no NOT stands between), a comparison
// with the literal NULL becomes false.
import { allOf, anyOf, FALSE, negate, TRUE } from './logic.ts'
import { isWrittenOut } from './map-predicate.ts'
import type {
  CompareOp,
  LiteralOperand,
  Predicate,
  QueryOperand,
  RuleOperand,
} from './predicate.ts'

type Operand = RuleOperand | QueryOperand
type Of<O, K extends Predicate<O>['kind']> = Extract<Predicate<O>, { kind: K }>

/** Folds constants, removes nesting and repeated terms; exact in three-valued logic. */
export function simplifyPredicate<O extends Operand>(predicate: Predicate<O>): Predicate<O> {
  return simplify(predicate, false)
}

/** `weak`: unknown counts as false here. */
function simplify<O extends Operand>(node: Predicate<O>, weak: boolean): Predicate<O> {
  switch (node.kind) {
    case 'and':
      return allOf(distinctTerms(allOf(node.terms.map((term) => simplify(term, weak))), 'and'))
    case 'or':
      return anyOf(distinctTerms(anyOf(node.terms.map((term) => simplify(term, weak))), 'or'))
    case 'not':
      return negate(simplify(node.term, false))
    case 'holds':
      return holds(simplify(node.term, true))
    case 'compare':
      return simplifyCompare(node, weak)
    case 'distinct':
      return isLiteral(node.left) && isLiteral(node.right)
        ? constant(node.left.value !== node.right.value)
        : node
    case 'isNull':
      return isLiteral(node.operand) ? constant(node.operand.value === null) : node
    case 'in':
      return simplifyIn(node)
    case 'exists': {
      const where = simplify(node.where, true)
      return where.kind === 'false' ? FALSE : { ...node, where }
    }
    case 'inSelect': {
      const where = simplify(node.where, true)
      return where.kind === 'false' ? FALSE : { ...node, where }
    }
    case 'true':
    case 'false':
    case 'match':
    case 'jsonNull':
    case 'missing':
    case 'allowed':
      return node
  }
}

/** `p AND p` is `p` whatever `p` is. */
function distinctTerms<O>(joined: Predicate<O>, kind: 'and' | 'or'): readonly Predicate<O>[] {
  if (joined.kind !== kind) return [joined]
  const seen = new Map(joined.terms.map((term) => [JSON.stringify(term), term]))
  return [...seen.values()]
}

function holds<O>(term: Predicate<O>): Predicate<O> {
  return isTwoValued(term) ? term : { kind: 'holds', term }
}

/** Never unknown, whatever the row. */
function isTwoValued<O>(node: Predicate<O>): boolean {
  switch (node.kind) {
    case 'true':
    case 'false':
    case 'holds':
    case 'distinct':
    case 'isNull':
    case 'exists':
    case 'missing':
      return true
    case 'and':
    case 'or':
      return node.terms.every(isTwoValued)
    case 'not':
      return isTwoValued(node.term)
    default:
      return false
  }
}

function simplifyCompare<O extends Operand>(node: Of<O, 'compare'>, weak: boolean): Predicate<O> {
  const { left, right } = node as { left: Operand; right: Operand }
  if (weak && (isNullLiteral(left) || isNullLiteral(right))) return FALSE
  if (!isLiteral(left) || !isLiteral(right)) return node
  const order = compareLiterals(left, right)
  return order === undefined ? node : constant(satisfies(node.op, order))
}

function simplifyIn<O extends Operand>(node: Of<O, 'in'>): Predicate<O> {
  const left: Operand = node.left
  const { list } = node
  if (!isWrittenOut(list)) return node
  if (list.length === 0) return FALSE
  if (!isLiteral(left)) return node
  const orders = list.map((item: Operand) =>
    isLiteral(item) ? compareLiterals(left, item) : undefined,
  )
  if (orders.includes(0)) return TRUE
  return orders.includes(undefined) ? node : FALSE
}

function isLiteral(operand: Operand): operand is LiteralOperand {
  return operand.kind === 'literal'
}

function isNullLiteral(operand: Operand): boolean {
  return isLiteral(operand) && operand.value === null
}

/** Negative, zero or positive; undefined where the answer is not this function's: NULL, or two types. */
function compareLiterals(left: LiteralOperand, right: LiteralOperand): number | undefined {
  const [a, b] = [left.value, right.value]
  if (a === null || b === null || typeof a !== typeof b) return undefined
  if (typeof a === 'string' && typeof b === 'string') return compareCodePoints(a, b)
  return a === b ? 0 : a < b ? -1 : 1
}

/** JavaScript's `<` orders by UTF-16 units, which puts U+FF5E after U+1F600. */
function compareCodePoints(a: string, b: string): number {
  const [left, right] = [[...a], [...b]]
  for (const [index, character] of left.entries()) {
    const other = right[index]
    if (other === undefined) return 1
    if (character !== other) return (character.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0)
  }
  return left.length - right.length
}

function satisfies(op: CompareOp, order: number): boolean {
  switch (op) {
    case '=':
      return order === 0
    case '!=':
      return order !== 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
  }
}

function constant(value: boolean): { readonly kind: 'true' } | { readonly kind: 'false' } {
  return value ? TRUE : FALSE
}
