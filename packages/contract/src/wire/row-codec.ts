// Rows on the wire: every value by its field, every include by its relation.
import { newRow } from '../value/new-row.ts'
import type { Entity, JsonValue, Model } from '@proj/dbal-schema'
import { DBALError } from '../error/dbal-error.ts'
import { decodeStored, encodeValue } from '../value/value-codec.ts'
import { putOwn } from '../value/plain-object.ts'
import type { ResultRow, Value } from '../value/value.ts'

export type JsonObject = { readonly [key: string]: JsonValue }

/** Keys that are neither a field nor a relation are left out: an answer has no others. */
export function encodeRow(model: Model, entityName: string, row: ResultRow): JsonObject {
  const entity = entityOf(model, entityName)
  // With a prototype: objects without one are slow to make and to spell.
  const encoded: Record<string, JsonValue> = {}
  for (const key of Object.keys(row)) {
    const field = entity.fields.get(key)
    const value = row[key] as Value
    if (field !== undefined) {
      putOwn(encoded, key, encodeValue(field, value))
      continue
    }
    const relation = entity.relations.get(key)
    if (relation !== undefined) putOwn(encoded, key, encodeRelated(model, relation.target, value))
  }
  return encoded
}

/** The inverse of `encodeRow`. Throws DATA_CORRUPT when a value is not of its field's wire form. */
export function decodeRow(model: Model, entityName: string, json: JsonValue): ResultRow {
  const entity = entityOf(model, entityName)
  if (!isObject(json)) throw new DBALError('DATA_CORRUPT')
  return mapRow(json, (key, value) => {
    const field = entity.fields.get(key)
    if (field !== undefined) {
      const decoded = decodeStored(field, value)
      if (!decoded.ok) throw corrupt(key, decoded.error)
      return decoded.value
    }
    const relation = entity.relations.get(key)
    if (relation === undefined) return undefined
    return decodeRelated(model, relation.target, value)
  })
}

function encodeRelated(model: Model, target: string, value: ResultRow[string]): JsonValue {
  if (Array.isArray(value)) return value.map((row) => encodeRow(model, target, row as ResultRow))
  return isObject(value) ? encodeRow(model, target, value) : (value as number | null)
}

function decodeRelated(model: Model, target: string, value: JsonValue): ResultRow[string] {
  if (Array.isArray(value)) return value.map((row: JsonValue) => decodeRow(model, target, row))
  return isObject(value) ? decodeRow(model, target, value) : value
}

/** Own keys only; the answer has no prototype, so no name of a field can reach one. */
export function mapRow<In, Out>(
  row: { readonly [key: string]: In },
  map: (key: string, value: In) => Out | undefined,
): { [key: string]: Out } {
  const mapped = newRow() as { [key: string]: Out }
  for (const key of Object.keys(row)) {
    const result = map(key, row[key] as In)
    if (result !== undefined) mapped[key] = result
  }
  return mapped
}

export function isObject<T>(value: T): value is T & JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function entityOf(model: Model, name: string): Entity {
  const entity = model.entities.get(name)
  if (entity === undefined) throw new DBALError('INTERNAL_ERROR')
  return entity
}

export function corrupt(field: string, error: string): DBALError {
  return new DBALError('DATA_CORRUPT', { details: { fields: [{ field, error }] } })
}
