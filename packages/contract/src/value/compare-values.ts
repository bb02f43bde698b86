// One order and one equality for each type, whatever an engine would do by itself.
import type { FieldType, JsonValue } from '@proj/dbal-schema'
import { canonicalJsonText } from './canonical-json.ts'
import { compareDecimals, parseDecimal, type Decimal } from './decimal.ts'
import type { JsonNullType, Value } from './value.ts'

/**
 * Negative, zero or positive. Both are canonical values of the type and not NULL; where NULLs go is
 * the sort's own business.
 */
export function compareValues(type: FieldType, a: Value, b: Value): number {
  switch (type) {
    case 'integer':
    case 'float':
    case 'bigint':
    case 'boolean':
      return order(a as number, b as number)
    case 'decimal':
      return compareDecimals(decimalOf(a), decimalOf(b))
    case 'datetime':
      return order((a as Date).getTime(), (b as Date).getTime())
    case 'bytes':
      return compareBytes(a as Uint8Array, b as Uint8Array)
    case 'json':
      return compareText(jsonText(a), jsonText(b))
    default:
      return compareText(a as string, b as string)
  }
}

/** Whether two canonical values are one; NULL is the same as NULL, and not JSON's null. */
export function sameValue(type: FieldType, a: Value, b: Value): boolean {
  if (a === null || b === null) return a === b
  return compareValues(type, a, b) === 0
}

/** By Unicode code point, as every engine's binary collation does; UTF-16 units would differ. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i += 1) {
    const [left, right] = [a.charCodeAt(i), b.charCodeAt(i)]
    if (left !== right) return order(rank(left), rank(right))
  }
  return order(a.length, b.length)
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return order(a.length, b.length)
}

/** Surrogates stand for code points above all others of 16 bits. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}

function order<T extends number | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function jsonText(value: Value): string {
  return canonicalJsonText(value as JsonValue | JsonNullType)
}

function decimalOf(value: Value): Decimal {
  const decimal = parseDecimal(value as string)
  if (decimal === undefined) throw new TypeError('not a canonical decimal')
  return decimal
}
