// Numbers of every kind: range first, then the field's own bounds.
import type { Field } from '@proj/dbal-schema'
import { refuse, type Refused } from './checked.ts'
import {
  compareDecimals,
  decimalOfNumber,
  parseDecimal,
  printDecimal,
  type Decimal,
} from './decimal.ts'

const INT32_MAX = 2 ** 31 - 1
const INT32_MIN = -(2 ** 31)
const INT64_MAX = 2n ** 63n - 1n
const INT64_MIN = -(2n ** 63n)

/** Digits of a decimal field that does not say. */
export const DEFAULT_PRECISION = 20
export const DEFAULT_SCALE = 6

export function isInt32(value: number): boolean {
  return Number.isInteger(value) && value >= INT32_MIN && value <= INT32_MAX
}

export function isInt64(value: bigint): boolean {
  return value >= INT64_MIN && value <= INT64_MAX
}

export function canonicalInteger(field: Field, value: unknown): number | Refused {
  if (typeof value !== 'number' || !isInt32(value))
    return refuse(`must be an integer between ${INT32_MIN} and ${INT32_MAX}`)
  return withinBounds(field, value + 0, value)
}

export function canonicalBigint(field: Field, value: unknown): bigint | Refused {
  const exact = Number.isSafeInteger(value) ? BigInt(value as number) : value
  if (typeof exact !== 'bigint')
    return refuse('must be a bigint, or an integer that a number holds exactly')
  if (!isInt64(exact)) return refuse(`must be an integer between ${INT64_MIN} and ${INT64_MAX}`)
  return withinBounds(field, exact, exact)
}

export function canonicalFloat(field: Field, value: unknown): number | Refused {
  if (typeof value !== 'number' || !Number.isFinite(value)) return refuse('must be a finite number')
  return withinBounds(field, value + 0, value)
}

/** Text with exactly the field's digits after the point. */
export function canonicalDecimal(field: Field, value: unknown): string | Refused {
  const decimal = readDecimal(value)
  if (decimal === undefined) return refuse('must be a decimal, as text like "12.50"')
  const { precision = DEFAULT_PRECISION, scale = DEFAULT_SCALE } = field
  if (decimal.scale > scale) return refuse(`must have at most ${scale} digits after the point`)
  if (!fitsPrecision(decimal, precision, scale))
    return refuse(`must have at most ${precision - scale} digits before the point`)
  return withinBounds(field, printDecimal(decimal, scale), decimal)
}

/** True when the digits before the point fit; those after it are the scale's business. */
export function fitsPrecision(value: Decimal, precision: number, scale: number): boolean {
  const magnitude = value.units < 0n ? -value.units : value.units
  return magnitude < 10n ** BigInt(precision - scale + value.scale)
}

function readDecimal(value: unknown): Decimal | undefined {
  if (typeof value === 'string') return parseDecimal(value)
  if (typeof value === 'bigint') return { units: value, scale: 0 }
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined
  // An integer beyond 2^53 was rounded before it came here.
  return Number.isInteger(value) && !Number.isSafeInteger(value)
    ? undefined
    : decimalOfNumber(value)
}

/** `exact` is what the value counts as; it is looked at only where there is a bound. */
function withinBounds<T>(field: Field, value: T, exact: number | bigint | Decimal): T | Refused {
  const { min, max } = field
  if (min !== undefined && compareWithBound(exact, min) < 0)
    return refuse(`must be at least ${min}`)
  if (max !== undefined && compareWithBound(exact, max) > 0) return refuse(`must be at most ${max}`)
  return value
}

function compareWithBound(exact: number | bigint | Decimal, bound: number | string): number {
  // The shortest texts of two doubles have the order of the doubles.
  if (typeof exact === 'number' && typeof bound === 'number') return exact - bound
  return compareDecimals(asDecimal(exact), boundOf(bound))
}

function asDecimal(exact: number | bigint | Decimal): Decimal {
  if (typeof exact === 'bigint') return { units: exact, scale: 0 }
  return typeof exact === 'number' ? decimalOfNumber(exact) : exact
}

function boundOf(bound: number | string): Decimal {
  if (typeof bound === 'number') return decimalOfNumber(bound)
  const decimal = parseDecimal(bound)
  if (decimal === undefined) throw new TypeError('a bound of a numeric field is no number')
  return decimal
}
