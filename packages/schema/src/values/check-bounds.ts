import type { Field } from '../model/field.ts'
import type { JsonValue } from '../model/json-value.ts'
import { compareDecimals } from './decimal.ts'
import { isTemporal } from './field-type.ts'

type Bounds = Pick<Field, 'type' | 'min' | 'max' | 'minLength' | 'maxLength' | 'pattern'>

/** What a value in wire form breaks of its field's bounds, as a phrase; undefined when it keeps them. */
export function checkBounds(field: Bounds, value: JsonValue): string | undefined {
  if (field.min !== undefined && compareValues(field, value, field.min) < 0)
    return `is below min (${field.min})`
  if (field.max !== undefined && compareValues(field, value, field.max) > 0)
    return `is above max (${field.max})`
  if (typeof value !== 'string') return undefined
  const length = lengthOf(field, value)
  if (field.minLength !== undefined && length < field.minLength)
    return `is shorter than min_length (${field.minLength})`
  if (field.maxLength !== undefined && length > field.maxLength)
    return `is longer than max_length (${field.maxLength})`
  if (field.pattern !== undefined && !new RegExp(field.pattern, 'u').test(value))
    return 'does not match the pattern'
  return undefined
}

/** Negative, zero or positive; values of the field's type in wire form. */
export function compareValues(field: Pick<Field, 'type'>, a: JsonValue, b: JsonValue): number {
  if (isTemporal(field.type)) {
    const [left, right] = [String(a), String(b)]
    return left < right ? -1 : left > right ? 1 : 0
  }
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return compareDecimals(String(a), String(b))
}

function lengthOf(field: Pick<Field, 'type'>, value: string): number {
  if (field.type === 'bytes') return Buffer.byteLength(value, 'base64')
  return [...value].length
}
