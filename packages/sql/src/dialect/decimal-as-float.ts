// The double nearest to a decimal in SQLite, whose own reading of text may be a digit off. Integers become
// doubles rightly rounded, so the decimal is first made one: bits enough, the last of them set where any
// after it would be, so that a half is never taken for one by accident. No subqueries: checks hold none.
import { sql, text, type Sql } from '../compile/sql.ts'
import { scaleOf } from '../value/encode-value.ts'
import type { ValueShape } from './dialect.ts'

/** The digits after the point are divided in two limbs, so that a limb times 2³¹ has 63 bits. */
const LIMB_DIGITS = 9
const LIMB = text(String(10n ** 9n))
const EXACT = text(String(2n ** 53n))
const EXACT_DIGITS = 15

/** `column` is canonical text with at most 18 digits on either side of the point. */
export function decimalAsFloat(shape: ValueShape, column: Sql): Sql {
  const scale = scaleOf(shape)
  const before = sql`abs(CAST(${column} AS INTEGER))`
  if (scale === 0) return sql`CAST(CAST(${column} AS INTEGER) AS REAL)`
  const after = sql`CAST(substr(${column}, -${text(String(scale))}) AS INTEGER)`
  const unit = text(String(10n ** BigInt(scale)))
  const { bits, rest } = fractionBits(after, scale)
  const few = sql`CAST(${before} * ${unit} + ${after} AS REAL) / ${unit}`
  const small =
    scale <= EXACT_DIGITS
      ? sql`WHEN ${before} < 2 THEN ${few}`
      : sql`WHEN ${before} = 0 AND ${after} < ${EXACT} THEN ${few} WHEN ${before} < 2 THEN CAST((${before} << 62) | ${bits} | ${rest} AS REAL) / ${power(62)}`
  const usual = sql`WHEN ${before} < ${EXACT} THEN ${before} + ((${bits} >> 9) | ((${bits} & 511) <> 0) | ${rest}) / ${power(53)}`
  const large = sql`CAST((${before} << 2) | (${after} <> 0) AS REAL) / 4`
  const size = sql`CASE ${small} ${usual} ELSE ${large} END`
  const sign = sql`CASE WHEN substr(${column}, 1, 1) = '-' THEN -1.0 ELSE 1.0 END`
  return sql`CASE WHEN ${column} IS NOT NULL THEN ${sign} * ${size} END`
}

function power(of: number): Sql {
  return text(`CAST(${2n ** BigInt(of)} AS REAL)`)
}

/** The first 62 bits of digits after the point, and 1 where there are more. */
function fractionBits(after: Sql, scale: number): { readonly bits: Sql; readonly rest: Sql } {
  const full = sql`(${after} * ${text(String(10n ** BigInt(2 * LIMB_DIGITS - scale)))})`
  const first = shifted(sql`(${full} / ${LIMB})`, sql`(${full} % ${LIMB})`)
  const second = shifted(first.upper, first.lower)
  const rest = sql`((${second.upper} | ${second.lower}) <> 0)`
  return { bits: sql`((${first.bits} << 31) | ${second.bits})`, rest }
}

/** 31 bits off the top of two limbs, and what is left of them. */
function shifted(upper: Sql, lower: Sql): { bits: Sql; upper: Sql; lower: Sql } {
  const carried = sql`((${upper} << 31) + (${lower} << 31) / ${LIMB})`
  return {
    bits: sql`(${carried} / ${LIMB})`,
    upper: sql`(${carried} % ${LIMB})`,
    lower: sql`((${lower} << 31) % ${LIMB})`,
  }
}
