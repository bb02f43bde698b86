// The table of calls that were made with an idempotency key, and what they were answered.
import type { Entity, Field, Model } from '@proj/dbal-schema'
import { column, internalEntity } from '../internal/internal-entity.ts'

export const MUTATION_ENTITY = 'dbal:mutations'
export const MUTATION_TABLE = '_dbal_mutations'

/** The model with the table of keyed calls. The table stays as long as a model with it is pushed. */
export function withMutations(model: Model): Model {
  if (model.entities.has(MUTATION_ENTITY)) return model
  return { ...model, entities: new Map([...model.entities, [MUTATION_ENTITY, mutationEntity]]) }
}

const fields: readonly Field[] = [
  // A hash of who asked and the key, which is itself not kept.
  { ...column('id', 'string', 'id'), primary: true, required: true, unique: true },
  column('fingerprint', 'string', 'fingerprint'),
  // Empty while the call that it belongs to runs.
  { ...column('answer', 'text', 'answer'), nullable: true },
  column('createdAt', 'datetime', 'created_at'),
  column('expiresAt', 'datetime', 'expires_at'),
]

const mutationEntity: Entity = internalEntity(MUTATION_ENTITY, MUTATION_TABLE, fields, {
  primaryKey: ['id'],
  uniques: [['id']],
  indexes: [{ name: `${MUTATION_TABLE}_expires_at_idx`, fields: ['expiresAt'], unique: false }],
  ttl: { field: 'expiresAt', autoDelete: true },
})
