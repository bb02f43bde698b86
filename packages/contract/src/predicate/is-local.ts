import type { QueryOperand, QueryPredicate } from '@proj/dbal-schema'
import { operandsOf, partsOf } from './predicate-parts.ts'

/** True when the row's own fields and the params decide: no path, no other row. */
export function isLocal(predicate: QueryPredicate): boolean {
  const { kind } = predicate
  if (kind === 'exists' || kind === 'inSelect' || kind === 'allowed') return false
  return operandsOf(predicate).every(isLocalOperand) && partsOf(predicate).every(isLocal)
}

function isLocalOperand(operand: QueryOperand): boolean {
  switch (operand.kind) {
    case 'literal':
    case 'param':
      return true
    case 'field':
      return operand.path.length === 0
    case 'jsonPath':
      return operand.field.path.length === 0
    case 'relationCount':
      return false
  }
}
