// What a row must satisfy by itself, as an engine's NOT NULL and CHECK would ask it.
import {
  constraintError,
  evaluatePredicate,
  type QueryPredicate,
  type Row,
  literalDefault,
} from '@proj/dbal-contract'
import type { Entity } from '@proj/dbal-schema'
import type { Database } from './database.ts'
import { toStored } from './stored-value.ts'

/**
 * The row to store: every field, canonical copies. A field that the caller leaves out gets its literal
 * default, else NULL. Throws VALIDATION_ERROR.
 */
export function toStoredRow(database: Database, entity: Entity, values: Row): Row {
  const row = Object.create(null) as Row
  for (const field of entity.fields.values()) {
    const value = values[field.name]
    row[field.name] = toStored(field, value === undefined ? literalDefault(field) : value)
  }
  const scope = database.scope(entity, row, [])
  for (const constraint of entity.constraints) {
    // As in SQL, a check that is unknown is not broken.
    if (evaluatePredicate(constraint.check as QueryPredicate, scope) === false)
      throw constraintError(constraint)
  }
  return row
}
