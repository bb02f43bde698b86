// The wire form of values. The model says what a text stands for, so no tags travel, but for one: at
// the top of a json field JSON's null is {"$json":null}, because null there is SQL NULL.
import type { Field, FieldType, JsonValue } from '@proj/dbal-schema'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { parseDatetime } from './calendar.ts'
import { canonicalValue } from './canonical-value.ts'
import { accept, refuse, type Checked } from './checked.ts'
import { JsonNull, type JsonNullType, type Value } from './value.ts'

/** What the codec needs to know of a field, or of an aggregate's result. */
export interface ValueShape {
  readonly type: FieldType
}

const WRAPPER = '$json'
const INT64_TEXT = /^-?\d{1,19}$/

/** A canonical value as JSON. */
export function encodeValue(shape: ValueShape, value: Value): JsonValue {
  if (value === null) return null
  switch (shape.type) {
    case 'bigint':
      return (value as bigint).toString()
    case 'datetime':
      return (value as Date).toISOString()
    case 'bytes':
      return encodeBase64(value as Uint8Array)
    case 'json':
      return wrapJson(value as JsonValue | JsonNullType)
    default:
      return value as JsonValue
  }
}

/**
 * An untrusted wire value, judged as `canonicalValue` judges an app's. Values that the app form shares
 * with the wire are accepted as they are, a bigint also as a number that holds it exactly.
 */
export function decodeValue(field: Field, json: unknown): Checked<Value> {
  const read = readWire(field.type, json)
  return read.ok ? canonicalValue(field, read.value) : read
}

/**
 * A stored value that was encoded by `encodeValue`, trusted to keep the field's bounds. The type
 * alone decides; text that is not of its form is refused.
 */
export function decodeStored(shape: ValueShape, json: JsonValue): Checked<Value> {
  if (json === null) return accept(null)
  const read = readWire(shape.type, json)
  if (!read.ok) return read
  if (shape.type === 'datetime') {
    const moment = typeof json === 'string' ? parseDatetime(json) : undefined
    return moment === undefined ? refuse('must be a datetime') : accept(moment)
  }
  if (shape.type === 'bigint' && typeof read.value !== 'bigint') return refuse('must be a bigint')
  return accept(read.value as Value)
}

/** The wire's own spellings undone; everything else passes through. */
function readWire(type: FieldType, json: unknown): Checked<unknown> {
  switch (type) {
    case 'bigint':
      if (typeof json !== 'string') return accept(json)
      return INT64_TEXT.test(json) ? accept(BigInt(json)) : refuse('must be an integer, as text')
    case 'bytes':
      return json === null ? accept(null) : decodeBytes(json)
    case 'json':
      return accept(unwrapJson(json))
    case 'datetime':
      // Only text is a moment on the wire; a Date cannot have come from there.
      return json === null || typeof json === 'string' ? accept(json) : refuse('must be ISO text')
    default:
      return accept(json)
  }
}

function decodeBytes(json: unknown): Checked<Uint8Array> {
  const bytes = typeof json === 'string' ? decodeBase64(json) : undefined
  return bytes === undefined ? refuse('must be base64') : accept(bytes)
}

function wrapJson(value: JsonValue | JsonNullType): JsonValue {
  if (value === JsonNull) return { [WRAPPER]: null }
  const json = value as JsonValue
  return isWrapper(json) ? { [WRAPPER]: json } : json
}

function unwrapJson(json: unknown): unknown {
  if (!isWrapper(json)) return json
  return json[WRAPPER] === null ? JsonNull : json[WRAPPER]
}

function isWrapper(json: unknown): json is { readonly [WRAPPER]: unknown } {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return false
  const keys = Object.keys(json)
  return keys.length === 1 && keys[0] === WRAPPER
}

/** The literal default, which the model holds in wire form, else NULL: what an engine stores in a field that is left out. */
export function literalDefault(field: Field): Value {
  if (field.default?.kind !== 'literal') return null
  const decoded = decodeStored(field, field.default.value)
  return decoded.ok ? decoded.value : null
}
