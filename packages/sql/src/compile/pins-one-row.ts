import type { Entity, QueryPredicate } from '@proj/dbal-schema'

/** True where a condition gives every field of a unique key a value, so that there is nothing to sort. */
export function pinsOneRow(entity: Entity, where: QueryPredicate): boolean {
  const pinned = new Set(pinnedFields(where))
  return pinned.size > 0 && entity.uniques.some((key) => key.every((name) => pinned.has(name)))
}

function pinnedFields(node: QueryPredicate): readonly string[] {
  if (node.kind === 'and') return node.terms.flatMap(pinnedFields)
  if (node.kind !== 'compare' || node.op !== '=' || node.left.kind !== 'field') return []
  const { left, right } = node
  const isValue = right.kind === 'param' || right.kind === 'literal'
  return isValue && left.path.length === 0 ? [left.field] : []
}
