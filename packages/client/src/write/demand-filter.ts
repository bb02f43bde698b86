import { invalid, type Params } from '@proj/dbal-contract'
import type { QueryOperand, QueryPredicate } from '@proj/dbal-schema'
import { mapPredicate, simplifyPredicate } from '@proj/dbal-schema/model'

/** A change of every row has to be said, so that a filter lost on the way never empties a table. */
export function demandFilter(where: QueryPredicate, params: Params, all: unknown): void {
  if (all !== true && excludesNothing(where, params)) {
    throw invalid([{ field: 'filter', error: 'is required; send all: true for every row' }])
  }
}

/** `{ id: { nin: [] } }` keeps every row as `{}` does. */
function excludesNothing(where: QueryPredicate, params: Params): boolean {
  const valued = mapPredicate<QueryOperand, QueryOperand>(where, {
    operand: (operand) => operand,
    node: (node) => (isEmptyList(node, params) ? { kind: 'false' } : undefined),
  })
  return simplifyPredicate(valued).kind === 'true'
}

function isEmptyList(node: QueryPredicate, params: Params): boolean {
  if (node.kind !== 'in' || !('kind' in node.list) || node.list.kind !== 'param') return false
  const list = params[node.list.index]
  return Array.isArray(list) && list.length === 0
}
