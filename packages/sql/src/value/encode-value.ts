// Values to binds, where the dialects agree. Values arrive canonical (the client saw to that), but a
// literal of a rule is plain JSON and a claim may have another type: such a one is bound as it is and
// matches nothing.
import {
  DEFAULT_SCALE,
  canonicalJsonText,
  decimalOfNumber,
  parseDatetime,
  parseDecimal,
  printDecimal,
  type Decimal,
} from '@proj/dbal-contract'
import type { JsonNullType, JsonValue, Value } from '@proj/dbal-contract'
import type { Encode, EncodeList } from '../compile/sql.ts'
import type { DecimalRoom, ValueShape } from '../dialect/dialect.ts'
import type { Bind } from '../driver/driver.ts'

export const encodePlain: Encode = (value) => {
  if (value === undefined || value === null) return null
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
    case 'boolean':
      return value
    default:
      if (value instanceof Uint8Array) return value
      return value instanceof Date ? value.toISOString() : encodeJson(value)
  }
}

const encodeBigint: Encode = (value) =>
  typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : encodePlain(value)

const encodeFloat: Encode = (value) =>
  typeof value === 'string' || typeof value === 'bigint' ? Number(value) : encodePlain(value)

const encodeJson: Encode = (value) =>
  value === undefined || value === null
    ? null
    : canonicalJsonText(value as JsonValue | JsonNullType)

export function encodeDatetime(print: (date: Date) => string): Encode {
  return (value) => {
    const date = typeof value === 'string' ? parseDatetime(value) : value
    return date instanceof Date ? print(date) : encodePlain(value)
  }
}

/** Text with the field's digits, so that equal decimals are equal text; unchanged where they do not fit. */
function encodeDecimal(scale: number): Encode {
  return (value) => {
    if (value === undefined || value === null) return null
    const decimal = readDecimal(value)
    if (decimal === undefined) return encodePlain(value)
    return printDecimal(decimal, Math.max(decimal.scale, scale))
  }
}

/** How a bound that has too many digits is rounded so that what is beside it compares as with itself. */
export type Rounding = 'up' | 'down' | 'apart'

/** `apart` gives what no column is wide enough to hold, so that nothing is equal to it. */
export function roundDecimal(encode: Encode, room: DecimalRoom, rounding: Rounding): Encode {
  const unit = 10n ** BigInt(room.scale)
  const limit = 10n ** BigInt(room.whole) * unit - 1n
  return (value) => {
    const decimal = value === undefined || value === null ? undefined : readDecimal(value)
    if (decimal === undefined) return encode(value)
    const finer = 10n ** BigInt(Math.max(decimal.scale - room.scale, 0))
    const coarser = 10n ** BigInt(Math.max(room.scale - decimal.scale, 0))
    const units = roundedDown(decimal.units * coarser, finer)
    const isWhole = units * finer === decimal.units * coarser
    if (isWhole && units <= limit && units >= -limit) return encode(value)
    const rounded = rounding === 'up' && !isWhole ? units + 1n : units
    const within = rounded > limit || rounding === 'apart' ? limit : rounded
    const bound = { units: within < -limit ? -limit : within, scale: room.scale }
    return encode(printDecimal(bound, room.scale))
  }
}

function roundedDown(units: bigint, by: bigint): bigint {
  return units >= 0n || units % by === 0n ? units / by : units / by - 1n
}

/** Undefined for what is no decimal. */
export function readDecimal(value: Value): Decimal | undefined {
  if (typeof value === 'number') return decimalOfNumber(value)
  return typeof value === 'string' || typeof value === 'bigint'
    ? parseDecimal(String(value))
    : undefined
}

/** Digits after the point; integers have none. */
export function scaleOf(shape: ValueShape): number {
  return shape.type === 'decimal' ? (shape.scale ?? DEFAULT_SCALE) : 0
}

/** Binds as one JSON array, for lists too long for placeholders. */
export function encodeList(encode: Encode): EncodeList {
  return (values) => `[${values.map((value) => jsonOf(encode(value as Value))).join(',')}]`
}

function jsonOf(bind: Bind): string {
  if (typeof bind === 'bigint') return bind.toString()
  if (bind instanceof Uint8Array) throw new TypeError('bytes have no JSON form')
  return JSON.stringify(bind)
}

/** What dialects encode by type; the two they differ in are theirs. */
export function encoders(own: {
  readonly datetime: Encode
  readonly boolean?: Encode
}): (shape: ValueShape) => Encode {
  return (shape) => {
    switch (shape.type) {
      case 'boolean':
        return own.boolean ?? encodePlain
      case 'bigint':
        return encodeBigint
      case 'float':
        return encodeFloat
      case 'decimal':
        return encodeDecimal(scaleOf(shape))
      case 'datetime':
        return own.datetime
      case 'json':
        return encodeJson
      default:
        return encodePlain
    }
  }
}
