import { compareValues, evaluateOperand, type SortTerm, type Value } from '@proj/dbal-contract'
import type { EvaluationScope } from '@proj/dbal-contract'
import type { FieldType, QueryOperand } from '@proj/dbal-schema'

/** Sorted by the terms; rows they do not tell apart keep their order. */
export function sortRows<T>(
  rows: readonly T[],
  terms: readonly SortTerm[],
  scopeOf: (row: T) => EvaluationScope,
): readonly T[] {
  const keyed = rows.map((row) => {
    const scope = scopeOf(row)
    return { row, keys: terms.map(({ operand }) => evaluateOperand(operand, scope)) }
  })
  keyed.sort((a, b) => {
    for (const [i, term] of terms.entries()) {
      const order = compareKeys(term, a.keys[i] ?? null, b.keys[i] ?? null)
      if (order !== 0) return order
    }
    return 0
  })
  return keyed.map(({ row }) => row)
}

/** NULLs stand where the term says, whatever the direction. */
function compareKeys({ operand, direction, nulls }: SortTerm, a: Value, b: Value): number {
  if (a === null || b === null) {
    if (a === b) return 0
    return (a === null) === (nulls === 'first') ? -1 : 1
  }
  const order = compareValues(typeOf(operand), a, b)
  return direction === 'asc' ? order : -order
}

function typeOf(operand: QueryOperand): FieldType {
  switch (operand.kind) {
    case 'field':
    case 'param':
      return operand.type
    case 'relationCount':
      return 'integer'
    case 'literal':
    case 'jsonPath':
      return 'json'
  }
}
