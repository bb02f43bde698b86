// Walks over predicates, so that who needs the operands only does not spell out every node.
import type { Predicate } from './predicate.ts'

export interface PredicateMapper<A, B> {
  readonly operand: (operand: A) => B
  /** Replaces a node as a whole; undefined: its parts are mapped. `map` maps a part. */
  readonly node?: (
    node: Predicate<A>,
    map: (part: Predicate<A>) => Predicate<B>,
  ) => Predicate<B> | undefined
}

/** The same tree with every operand replaced. Predicates inside operands are left to `operand`. */
export function mapPredicate<A, B>(
  predicate: Predicate<A>,
  mapper: PredicateMapper<A, B>,
): Predicate<B> {
  const map = (part: Predicate<A>): Predicate<B> => mapPredicate(part, mapper)
  const replaced = mapper.node?.(predicate, map)
  if (replaced !== undefined) return replaced
  const { operand } = mapper
  switch (predicate.kind) {
    case 'true':
    case 'false':
    case 'allowed':
      return predicate
    case 'and':
    case 'or':
      return { kind: predicate.kind, terms: predicate.terms.map(map) }
    case 'not':
    case 'holds':
      return { kind: predicate.kind, term: map(predicate.term) }
    case 'compare':
    case 'distinct':
    case 'match':
      return { ...predicate, left: operand(predicate.left), right: operand(predicate.right) }
    case 'isNull':
    case 'jsonNull':
    case 'missing':
      return { kind: predicate.kind, operand: operand(predicate.operand) }
    case 'in': {
      const { list } = predicate
      const mapped = isWrittenOut(list) ? list.map(operand) : operand(list)
      return { kind: 'in', left: operand(predicate.left), list: mapped }
    }
    case 'exists':
      return { ...predicate, where: map(predicate.where) }
    case 'inSelect':
      return { ...predicate, left: operand(predicate.left), where: map(predicate.where) }
  }
}

export interface PredicateVisitor<O> {
  /** False: the parts of this node are not visited. */
  readonly node?: (node: Predicate<O>) => boolean | void
  readonly operand?: (operand: O) => void
}

/** Every node before its parts, in the order of the text; predicates inside operands are left to `operand`. */
export function visitPredicate<O>(predicate: Predicate<O>, visitor: PredicateVisitor<O>): void {
  if (visitor.node?.(predicate) === false) return
  for (const operand of operandsOf(predicate)) visitor.operand?.(operand)
  for (const part of partsOf(predicate)) visitPredicate(part, visitor)
}

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
      return [node.left, ...(isWrittenOut(node.list) ? node.list : [node.list])]
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

export function isWrittenOut<O>(list: O | readonly O[]): list is readonly O[] {
  return Array.isArray(list)
}
