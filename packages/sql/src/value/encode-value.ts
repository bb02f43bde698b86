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
import type { ValueShape } from '../dialect/dialect.ts'
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
