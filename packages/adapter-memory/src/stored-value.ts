// Values on their way in and out: nothing a caller holds is shared with the store.
import {
  canonicalJsonText,
  canonicalValue,
  encodeValue,
  invalid,
  type JsonValue,
  type Value,
} from '@proj/dbal-contract'
import type { Field, FieldType } from '@proj/dbal-schema'

const unbounded = new WeakMap<Field, Field>()

/**
 * The canonical copy of a value to store. Type and NULL are the store's business, as they are an
 * engine's; lengths, ranges and patterns are the client's. Throws VALIDATION_ERROR.
 */
export function toStored(field: Field, value: Value): Value {
  const checked = canonicalValue(withoutBounds(field), value)
  if (!checked.ok) throw invalid([{ field: field.name, error: checked.error }])
  return checked.value
}

/** Why `toStored` would not take the value. */
export function storageError(field: Field, value: Value): string | undefined {
  const checked = canonicalValue(withoutBounds(field), value)
  return checked.ok ? undefined : checked.error
}

/** A copy to hand out; strings and numbers need none. */
export function copyValue(value: Value): Value {
  if (value instanceof Date) return new Date(value.getTime())
  if (value instanceof Uint8Array) return new Uint8Array(value)
  return isContainer(value) ? copyJson(value) : value
}

/** The same text for the same value of a type, NULL included. */
export function identityOf(type: FieldType, value: Value): string {
  return canonicalJsonText(encodeValue({ type }, value))
}

function withoutBounds(field: Field): Field {
  let free = unbounded.get(field)
  if (free === undefined) {
    const { min: _min, max: _max, minLength: _least, maxLength: _most, pattern: _, ...rest } = field
    free = rest
    unbounded.set(field, free)
  }
  return free
}

function isContainer(value: Value): value is Extract<JsonValue, object> {
  if (typeof value !== 'object' || value === null) return false
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype
}

function copyJson(json: JsonValue): JsonValue {
  if (typeof json !== 'object' || json === null) return json
  if (Array.isArray(json)) return json.map(copyJson)
  return Object.fromEntries(Object.entries(json).map(([key, item]) => [key, copyJson(item)]))
}
