// The queries that the sealer and the verification run; one object each, so that plans are kept.
import { AUDIT_ENTITY, type SelectQuery, type UpdateQuery } from '@proj/dbal-contract'
import type { FieldOperand, FieldType, ParamOperand } from '@proj/dbal-schema'
import { ENTRY_FIELDS } from './entry-row.ts'

const FIELDS = [...ENTRY_FIELDS, 'seq', 'previous', 'hash']

const field = (name: string, type: FieldType): FieldOperand => ({
  kind: 'field',
  path: [],
  field: name,
  type,
})
const param = (index: number, type: FieldType): ParamOperand => ({ kind: 'param', index, type })
const ENTRY_ID = field('entryId', 'uuid')
const SEQ = field('seq', 'bigint')
const UNSEALED = { kind: 'isNull', operand: SEQ } as const
const BY_ID = { operand: ENTRY_ID, direction: 'asc', nulls: 'last' } as const

/** The last sealed entry. */
export const SELECT_HEAD: SelectQuery = {
  kind: 'select',
  entity: AUDIT_ENTITY,
  fields: FIELDS,
  where: { kind: 'not', term: UNSEALED },
  sort: [{ operand: SEQ, direction: 'desc', nulls: 'last' }, BY_ID],
  limit: param(0, 'integer'),
}

/** Sealed entries after a number, in order. */
export const SELECT_SEALED: SelectQuery = {
  kind: 'select',
  entity: AUDIT_ENTITY,
  fields: FIELDS,
  where: { kind: 'compare', op: '>', left: SEQ, right: param(0, 'bigint') },
  sort: [{ operand: SEQ, direction: 'asc', nulls: 'last' }, BY_ID],
  limit: param(1, 'integer'),
}

/** Their numbers alone, which can be read whatever became of the rest. */
export const SELECT_NUMBERS: SelectQuery = { ...SELECT_SEALED, fields: ['seq'] }

export const SELECT_UNSEALED: SelectQuery = {
  kind: 'select',
  entity: AUDIT_ENTITY,
  fields: FIELDS,
  where: UNSEALED,
  sort: [{ operand: field('timestamp', 'datetime'), direction: 'asc', nulls: 'last' }, BY_ID],
  limit: param(0, 'integer'),
}

export const COUNT_UNSEALED = {
  kind: 'aggregate',
  entity: AUDIT_ENTITY,
  where: UNSEALED,
  groupBy: [],
  terms: [{ function: 'count', as: 'count' }],
  sort: [],
} as const

export const SEAL_ENTRY: UpdateQuery = {
  kind: 'update',
  entity: AUDIT_ENTITY,
  set: [
    { field: 'seq', kind: 'set', value: param(0, 'bigint') },
    { field: 'previous', kind: 'set', value: param(1, 'string') },
    { field: 'hash', kind: 'set', value: param(2, 'string') },
  ],
  where: {
    kind: 'and',
    terms: [{ kind: 'compare', op: '=', left: ENTRY_ID, right: param(3, 'uuid') }, UNSEALED],
  },
}
