// The table of the audit log, as an entity like any other, so that every adapter makes and writes it the
// same way. It is no part of a contract: no accessor, no operation and no rule leads to it.
import type { Entity, Field, Model } from '@proj/dbal-schema'
import { column, internalEntity } from '../internal/internal-entity.ts'

export const AUDIT_ENTITY = 'dbal:audit'
export const AUDIT_TABLE = '_dbal_audit'

/** The model with the audit log's table. The table stays as long as a model with it is pushed. */
export function withAudit(model: Model): Model {
  if (model.entities.has(AUDIT_ENTITY)) return model
  return { ...model, entities: new Map([...model.entities, [AUDIT_ENTITY, auditEntity]]) }
}

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

const auditEntity: Entity = internalEntity(AUDIT_ENTITY, AUDIT_TABLE, fields, {
  primaryKey: ['entryId'],
  uniques: [['entryId'], ['seq']],
  indexes: [{ name: `${AUDIT_TABLE}_seq_key`, fields: ['seq'], unique: true }],
})
