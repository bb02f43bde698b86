// The queries on the table of keyed calls; one object each, so that plans are kept.
import {
  MUTATION_ENTITY,
  type DeleteQuery,
  type InsertQuery,
  type SelectQuery,
  type UpdateQuery,
} from '@proj/dbal-contract'
import type { FieldType, QueryPredicate } from '@proj/dbal-schema'

const compare = (name: string, op: '=' | '<=', index: number, type: FieldType): QueryPredicate => ({
  kind: 'compare',
  op,
  left: { kind: 'field', path: [], field: name, type },
  right: { kind: 'param', index, type },
})

export const INSERT_CALL: InsertQuery = {
  kind: 'insert',
  entity: MUTATION_ENTITY,
  fields: ['id', 'fingerprint', 'answer', 'createdAt', 'expiresAt'],
}

export const SELECT_CALL: SelectQuery = {
  kind: 'select',
  entity: MUTATION_ENTITY,
  fields: ['fingerprint', 'answer', 'expiresAt'],
  where: compare('id', '=', 0, 'string'),
  sort: [],
}

export const SETTLE_CALL: UpdateQuery = {
  kind: 'update',
  entity: MUTATION_ENTITY,
  set: [{ field: 'answer', kind: 'set', value: { kind: 'param', index: 0, type: 'text' } }],
  where: compare('id', '=', 1, 'string'),
}

/** A call whose time is over, so that its key may be used again. */
export const DELETE_EXPIRED: DeleteQuery = {
  kind: 'delete',
  entity: MUTATION_ENTITY,
  where: {
    kind: 'and',
    terms: [compare('id', '=', 0, 'string'), compare('expiresAt', '<=', 1, 'datetime')],
  },
}
