// Two operands side by side: the typed one decides what the other is read as. Numbers of all types are
// compared, as floats where one is a float; nothing else is converted, so text never equals a number.
import type { CompareOp, FieldType } from '@proj/dbal-schema'
import { canonicalTime, parseDatetime } from '../value/calendar.ts'
import { compareText, compareValues } from '../value/compare-values.ts'
import { compareDecimals, decimalOfNumber, parseDecimal, type Decimal } from '../value/decimal.ts'
import type { Value } from '../value/value.ts'
import { internal, type TypedValue } from './evaluate-operand.ts'
import type { Truth } from './truth.ts'

/** Unknown when either side is NULL, or is JSON of another kind than the other side. */
export function compareOperands(op: CompareOp, left: TypedValue, right: TypedValue): Truth {
  const order = orderOf(left, right)
  if (order === undefined) return undefined
  switch (op) {
    case '=':
      return order === 0
    case '!=':
      return order !== 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
  }
}

/** Two-valued: NULL is not distinct from NULL. */
export function areDistinct(left: TypedValue, right: TypedValue): boolean {
  const type = commonType(left, right)
  const [a, b] = [readAs(left, type), readAs(right, type)]
  if (a === null || b === null) return a !== b
  return orderAs(type, a, b) !== 0
}

function orderOf(left: TypedValue, right: TypedValue): number | undefined {
  const type = commonType(left, right)
  const [a, b] = [readAs(left, type), readAs(right, type)]
  return a === null || b === null ? undefined : orderAs(type, a, b)
}

function commonType(left: TypedValue, right: TypedValue): FieldType {
  if (left.type === right.type && left.type !== 'literal' && left.type !== 'jsonPath')
    return left.type
  const isJson = left.type === 'jsonPath' || right.type === 'jsonPath'
  const types = [left.type, right.type].filter((type) => type !== 'literal' && type !== 'jsonPath')
  const [type] = types
  if (type !== undefined)
    return types.includes('float') || (isJson && type === 'decimal') ? 'float' : type
  const literal = [left, right].find(({ type, value }) => type === 'literal' && value !== null)
  // Two JSON values are compared as JSON; a literal brings its own kind.
  return literal === undefined ? 'json' : literalType(literal.value)
}

function literalType(value: Value): FieldType {
  if (typeof value === 'boolean') return 'boolean'
  return typeof value === 'number' ? 'float' : 'text'
}

const NUMERIC: ReadonlySet<FieldType> = new Set(['integer', 'bigint', 'float', 'decimal'])

/** What a value is, so that a mistyped one is never compared by accident. */
function kindOf(type: FieldType): 'number' | 'boolean' | 'datetime' | 'bytes' | 'json' | 'text' {
  if (NUMERIC.has(type)) return 'number'
  switch (type) {
    case 'boolean':
    case 'datetime':
    case 'bytes':
    case 'json':
      return type
    default:
      return 'text'
  }
}

/** The value in the form of `type`. Throws INTERNAL_ERROR when a typed predicate holds a mistyped value. */
function readAs({ value, type: own }: TypedValue, type: FieldType): Value {
  if (value === null) return null
  const kind = kindOf(type)
  if (own === 'jsonPath') return jsonAs(value, kind)
  switch (kind) {
    case 'number':
      if (typeof value === 'number' || typeof value === 'bigint') return value
      if (typeof value === 'string' && parseDecimal(value) !== undefined) return value
      break
    case 'boolean':
      if (typeof value === 'boolean') return value
      break
    case 'datetime': {
      const moment = typeof value === 'string' ? parseDatetime(value) : value
      if (moment instanceof Date) return moment
      break
    }
    case 'bytes':
      if (value instanceof Uint8Array) return value
      break
    case 'json':
      return value
    case 'text':
      if (typeof value === 'string') return own === 'literal' ? literalAs(type, value) : value
      break
  }
  throw internal('an operand does not fit the type it is compared as')
}

/** Literals are as the spec spells them; stored values are canonical. */
function literalAs(type: FieldType, text: string): string {
  if (type === 'uuid') return text.toLowerCase()
  return type === 'time' ? (canonicalTime(text) ?? text) : text
}

/** A JSON value of another kind than the other side is NULL there, as it is in the engines. */
function jsonAs(value: Value, kind: ReturnType<typeof kindOf>): Value {
  if (kind === 'json') return value
  const found = kind === 'text' ? 'string' : kind
  return typeof value === found ? value : null
}

function orderAs(type: FieldType, a: Value, b: Value): number {
  switch (kindOf(type)) {
    case 'number':
      return type === 'float' ? orderNumbers(Number(a), Number(b)) : orderNumbers(a, b)
    case 'text':
      return compareText(a as string, b as string)
    default:
      return compareValues(type, a, b)
  }
}

function orderNumbers(a: Value, b: Value): number {
  if (typeof a !== 'string' && typeof b !== 'string') {
    // JavaScript compares bigint with number exactly.
    const [left, right] = [a as number | bigint, b as number | bigint]
    return left < right ? -1 : left > right ? 1 : 0
  }
  return compareDecimals(exact(a), exact(b))
}

function exact(value: Value): Decimal {
  if (typeof value === 'bigint') return { units: value, scale: 0 }
  if (typeof value === 'number') return decimalOfNumber(value)
  return parseDecimal(value as string) ?? { units: 0n, scale: 0 }
}
