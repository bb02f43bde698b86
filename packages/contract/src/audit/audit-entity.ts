// The table of the audit log, as an entity like any other, so that every adapter makes and writes it the
// same way. It is no part of a contract: no accessor, no operation and no rule leads to it.
import type { Entity, Field, FieldType, Model } from '@proj/dbal-schema'

/** No name of a contract has a colon. */
export const AUDIT_ENTITY = 'dbal:audit'
export const AUDIT_TABLE = '_dbal_audit'

/** Whether an entity is the product's own, and not the contract's. */
export function isInternal({ name }: Entity): boolean {
  return name.includes(':')
}

/** The model with the audit log's table. The table stays as long as a model with it is pushed. */
export function withAudit(model: Model): Model {
  if (model.entities.has(AUDIT_ENTITY)) return model
  return { ...model, entities: new Map([...model.entities, [AUDIT_ENTITY, auditEntity]]) }
}

const source = { file: '', line: 1, column: 1 }

const fields: readonly Field[] = [
  { ...column('entryId', 'uuid', 'entry_id'), primary: true, required: true, unique: true },
  column('timestamp', 'datetime', 'timestamp'),
  column('requestId', 'string', 'request_id'),
  { ...column('principal', 'string', 'principal'), nullable: true },
  column('role', 'string', 'role'),
  column('entity', 'string', 'entity'),
  column('operation', 'string', 'operation'),
  { ...column('recordId', 'text', 'record_id'), nullable: true },
  column('success', 'boolean', 'success'),
  { ...column('code', 'string', 'code'), nullable: true },
  column('durationMs', 'integer', 'duration_ms'),
  { ...column('changedFields', 'text', 'changed_fields'), nullable: true },
  // Empty until the entry is sealed.
  { ...column('seq', 'bigint', 'seq'), nullable: true, unique: true },
  /** The hash of the entry before, so that each can be checked by itself. */
  { ...column('previous', 'string', 'previous'), nullable: true },
  { ...column('hash', 'string', 'hash'), nullable: true },
]

const auditEntity: Entity = {
  name: AUDIT_ENTITY,
  table: AUDIT_TABLE,
  accessor: AUDIT_ENTITY,
  fields: new Map(fields.map((field) => [field.name, field])),
  primaryKey: ['entryId'],
  uniques: [['entryId'], ['seq']],
  indexes: [{ name: `${AUDIT_TABLE}_seq_key`, fields: ['seq'], unique: true }],
  relations: new Map(),
  operations: new Map(),
  constraints: [],
  security: {
    neverExpose: [],
    auditAllAccess: false,
    scanForMalicious: false,
    sandboxRequired: false,
  },
  principal: false,
  source,
}

function column(name: string, type: FieldType, physical: string): Field {
  return {
    name,
    column: physical,
    type,
    primary: false,
    generated: false,
    required: false,
    nullable: false,
    unique: false,
    immutable: false,
    sensitive: false,
    autoUpdate: false,
    ...(type === 'string' ? { maxLength: 255 } : {}),
    ...(type === 'text' ? { maxLength: 1_048_576 } : {}),
  }
}
