// What a predicate is made of, so that who only looks for something does not spell out every node.
import type { Predicate } from '@proj/dbal-schema'

/** The operands of a node itself, not of its parts. */
export function operandsOf<O>(node: Predicate<O>): readonly O[] {
  switch (node.kind) {
    case 'compare':
    case 'distinct':
    case 'match':
      return [node.left, node.right]
    case 'isNull':
    case 'jsonNull':
    case 'missing':
      return [node.operand]
    case 'in':
      return [node.left, ...listOf(node.list)]
    case 'inSelect':
      return [node.left]
    case 'true':
    case 'false':
    case 'and':
    case 'or':
    case 'not':
    case 'holds':
    case 'exists':
    case 'allowed':
      return []
  }
}

/** The predicates directly inside a node. */
export function partsOf<O>(node: Predicate<O>): readonly Predicate<O>[] {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.terms
    case 'not':
    case 'holds':
      return [node.term]
    case 'exists':
    case 'inSelect':
      return [node.where]
    default:
      return []
  }
}

/** The right side of IN: the operands written out, or the one that stands for a list. */
export function listOf<O>(list: O | readonly O[]): readonly O[] {
  return Array.isArray(list) ? (list as readonly O[]) : [list as O]
}
