import type { Entity } from '@proj/dbal-schema'
import type { AggregateTerm, AggregateType } from '../query/query.ts'

/** The type of a term's result: rows are counted, averages of integers are floats, the rest keep theirs. */
export function aggregateType(entity: Entity, term: AggregateTerm): AggregateType {
  const field = term.field === undefined ? undefined : entity.fields.get(term.field)
  if (term.function === 'count' || field === undefined) return { type: 'integer' }
  if (term.function === 'avg' && field.type !== 'decimal') return { type: 'float' }
  return field.scale === undefined ? { type: field.type } : { type: field.type, scale: field.scale }
}
