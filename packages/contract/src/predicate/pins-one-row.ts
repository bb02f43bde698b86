import type {
  Entity,
  FieldType,
  LiteralOperand,
  ParamOperand,
  QueryPredicate,
} from '@proj/dbal-schema'

/** A term of a condition that gives a field of the row itself a value. */
export interface Pin {
  readonly term: QueryPredicate
  readonly field: string
  readonly value: ParamOperand | LiteralOperand
}

/** True where a condition gives every field of a unique key a value, so that there is nothing to sort. */
export function pinsOneRow(entity: Entity, where: QueryPredicate): boolean {
  return pinnedKeys(entity, pinsOf(where)).length > 0
}

/** The unique keys that have a value in every field. */
export function pinnedKeys(entity: Entity, pins: readonly Pin[]): readonly (readonly string[])[] {
  const pinned = new Set(pins.map(({ field }) => field))
  return entity.uniques.filter((key) => key.every((name) => pinned.has(name)))
}

export function pinsOf(where: QueryPredicate): readonly Pin[] {
  return conjuncts(where).flatMap((term) => {
    if (term.kind !== 'compare' || term.op !== '=' || term.left.kind !== 'field') return []
    const { left, right } = term
    if (left.path.length > 0 || (right.kind !== 'param' && right.kind !== 'literal')) return []
    return tellsApart(left.type, right) ? [{ term, field: left.field, value: right }] : []
  })
}

/** Of two values of the type one at most is equal to it. A float may be equal to several integers, or decimals. */
function tellsApart(type: FieldType, value: Pin['value']): boolean {
  if (value.kind === 'param') return value.type === type
  return typeof value.value !== 'number' || (type !== 'bigint' && type !== 'decimal')
}

/** The terms that must all hold, whatever stands between them. */
export function conjuncts(where: QueryPredicate): readonly QueryPredicate[] {
  return where.kind === 'and' ? where.terms.flatMap(conjuncts) : [where]
}
