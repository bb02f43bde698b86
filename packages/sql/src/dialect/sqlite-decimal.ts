// Exact decimals in SQLite, which has none: stored as text with a fixed number of digits after the
// point, and split here into two integers, the part before the point and the signed digits after it.
// Plain SQL only, since it also runs where no functions can be registered.
import { printDecimal, type Value } from '@proj/dbal-contract'
import { sql, text, type Encode, type Sql } from '../compile/sql.ts'
import { readDecimal, scaleOf } from '../value/encode-value.ts'
import type { SumPart, ValueShape } from './dialect.ts'

/** Digits on either side of the point: what fits beside its bias in 64 bits. */
export const MAX_DIGITS = 18
const BIAS = 10n ** 18n
/** What a key tells apart: bigints have 19 digits, and some numbers of 19 digits are no bigint. */
export const KEY_ROOM = { whole: 19, scale: MAX_DIGITS }
/** Lifts the upper half of any number of 19 digits above zero. */
const HALF_BIAS = 2n ** 32n
const HALF = 2n ** 32n
const LIMB = 10n ** 9n

function whole(column: Sql): Sql {
  return sql`CAST(${column} AS INTEGER)`
}

/** The digits after the point as an integer with the value's sign. */
function fraction(column: Sql, scale: number): Sql {
  if (scale === 0) return text('0')
  const digits = sql`CAST(substr(${column}, -${text(String(scale))}) AS INTEGER)`
  return sql`(CASE WHEN substr(${column}, 1, 1) = '-' THEN -1 ELSE 1 END * ${digits})`
}

/**
 * Text of 39 digits whose order is the order of the values, whatever their scales: the part before the
 * point in halves, since a bigint leaves no room for a bias, and the digits after it.
 */
export function decimalKey(shape: ValueShape, column: Sql): Sql {
  const scale = scaleOf(shape)
  const [bias, unit] = [text(String(BIAS)), text(String(10n ** BigInt(MAX_DIGITS - scale)))]
  const before = whole(column)
  const halves = sql`(${before} >> 32) + ${text(String(HALF_BIAS))}, ${before} & ${text(String(HALF - 1n))}`
  const parts = sql`${halves}, ${fraction(column, scale)} * ${unit} + ${bias}`
  return sql`CASE WHEN ${column} IS NOT NULL THEN printf('%010d%010d%019d', ${parts}) END`
}

export const encodeDecimalKey: Encode = (value) => {
  if (value === undefined || value === null) return null
  const [before, after] = splitDecimal(value, MAX_DIGITS)
  const [upper, lower] = [before >> 32n, before & (HALF - 1n)]
  return `${pad(upper + HALF_BIAS, 10)}${pad(lower, 10)}${pad(after + BIAS, 19)}`
}

/** The decimal whose key it is, as text. */
export function decodeDecimalKey(key: string): string {
  const [upper, lower] = [BigInt(key.slice(0, 10)) - HALF_BIAS, BigInt(key.slice(10, 20))]
  const [before, after] = [upper * HALF + lower, BigInt(key.slice(20)) - BIAS]
  return printDecimal({ units: before * BIAS + after, scale: MAX_DIGITS }, MAX_DIGITS)
}

function pad(units: bigint, digits: number): string {
  return units.toString().padStart(digits, '0')
}

/** The part before the point, and the digits after it in units of ten to the power of `-scale`. */
function splitDecimal(value: Value, scale: number): [before: bigint, after: bigint] {
  const decimal = readDecimal(value)
  if (decimal === undefined) throw new TypeError('an operand does not fit the type of its field')
  const unit = 10n ** BigInt(decimal.scale)
  const [before, rest] = [decimal.units / unit, decimal.units % unit]
  const power = BigInt(scale - decimal.scale)
  return [before, power >= 0n ? rest * 10n ** power : rest / 10n ** -power]
}

/** Nine digits a limb, so that nine thousand million rows fit. */
export function decimalSum(shape: ValueShape, column: Sql): readonly SumPart[] {
  const scale = scaleOf(shape)
  const parts = limbs(whole(column), 0)
  return scale === 0 ? parts : [...parts, ...limbs(fraction(column, scale), scale)]
}

function limbs(integer: Sql, scale: number): readonly SumPart[] {
  const limb = text(String(LIMB))
  return [
    { sql: sql`SUM(${integer} / ${limb})`, weight: { units: LIMB, scale } },
    { sql: sql`SUM(${integer} % ${limb})`, weight: { units: 1n, scale } },
  ]
}

/** Old value plus operand as canonical text; `overflow` is what raises when the digits do not fit. */
export function decimalAdd(
  shape: ValueShape & { readonly precision: number },
  column: Sql,
  operand: (encode: Encode) => Sql,
  overflow: Sql,
): Sql {
  const scale = scaleOf(shape)
  const unit = text(String(10n ** BigInt(scale)))
  const limit = text(String(10n ** BigInt(shape.precision - scale)))
  const before = operand((value) => (value == null ? null : splitDecimal(value, scale)[0]))
  const after = operand((value) => (value == null ? null : splitDecimal(value, scale)[1]))
  const sums = sql`SELECT ${whole(column)} + ${before} AS b, ${fraction(column, scale)} + ${after} AS a`
  const carried = sql`SELECT b + a / ${unit} AS b, a % ${unit} AS a FROM (${sums})`
  // The two parts may still differ in sign: 2 and -0.5 are 1 and 0.5.
  const turn = sql`CASE WHEN b > 0 AND a < 0 THEN -1 WHEN b < 0 AND a > 0 THEN 1 ELSE 0 END`
  const turned = sql`SELECT b + t AS b, a - t * ${unit} AS a FROM (SELECT b, a, ${turn} AS t FROM (${carried}))`
  const sign = sql`CASE WHEN b < 0 OR a < 0 THEN '-' ELSE '' END`
  const digits =
    scale === 0 ? sql`abs(b)` : sql`abs(b) || '.' || printf('%0${text(String(scale))}d', abs(a))`
  const printed = sql`CASE WHEN abs(b) >= ${limit} THEN ${overflow} ELSE ${sign} || ${digits} END`
  return sql`CASE WHEN ${column} IS NOT NULL AND ${before} IS NOT NULL THEN (SELECT ${printed} FROM (${turned})) END`
}
