// A literal of the YAML as a value of a field's type, in wire form: bigint and decimal as strings, datetime as ISO
// with milliseconds and Z, bytes as base64. Bounds are left to check-bounds.ts.
import type { Field } from '../model/field.ts'
import type { JsonValue } from '../model/json-value.ts'
import { plainValue, type SpecNode } from '../source/spec-node.ts'
import { parseDecimal, printDecimal } from './decimal.ts'

export type ReadValue = { readonly value: JsonValue } | { readonly fault: string }

type Shape = Pick<Field, 'type' | 'values' | 'precision' | 'scale'>

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const CUID = /^[a-z][a-z0-9]{1,31}$/
const EMAIL = /^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/
const DATETIME =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2})(?::(\d{2})(\.\d{1,3})?)?(Z|z|[+-]\d{2}:\d{2})?)?$/
const DATE = /^\d{4}-\d{2}-\d{2}$/
const TIME = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3})?)?$/
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** The value of `node` as one of `shape`'s type, or a phrase that says what was expected. Null is left to the caller. */
export function readValue(shape: Shape, node: SpecNode): ReadValue {
  if (shape.type === 'json') return { value: plainValue(node) }
  if (node.kind !== 'scalar' || node.value === null)
    return { fault: `expects ${describe(shape)}, not ${describeNode(node)}` }
  const read = readScalar(shape, node.value, node.text)
  if (read !== undefined) return { value: read }
  return { fault: `expects ${describe(shape)}, not ${describeNode(node)}` }
}

function readScalar(
  shape: Shape,
  value: string | number | boolean,
  text: string,
): JsonValue | undefined {
  switch (shape.type) {
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined
    case 'integer':
      return Number.isInteger(value) && (value as number) === ((value as number) | 0)
        ? value
        : undefined
    case 'float':
      return typeof value === 'number' && Number.isFinite(value) ? value : undefined
    case 'bigint':
      return readBigint(typeof value === 'boolean' ? '' : text)
    case 'decimal':
      return readDecimal(shape, typeof value === 'boolean' ? '' : text)
    default:
      return typeof value === 'string' ? readText(shape, value) : undefined
  }
}

function readText(shape: Shape, text: string): string | undefined {
  switch (shape.type) {
    case 'uuid':
      return UUID.test(text) ? text.toLowerCase() : undefined
    case 'cuid':
      return CUID.test(text) ? text : undefined
    case 'email':
      return EMAIL.test(text) ? text : undefined
    case 'url':
      return URL.canParse(text) ? text : undefined
    case 'enum':
      return shape.values === undefined || shape.values.includes(text) ? text : undefined
    case 'datetime':
      return readDatetime(text)
    case 'date':
      return DATE.test(text) && isDay(text) ? text : undefined
    case 'time':
      return TIME.test(text) ? text : undefined
    case 'bytes':
      return BASE64.test(text) ? text : undefined
    default:
      return text
  }
}

function readBigint(text: string): string | undefined {
  if (!/^[+-]?\d{1,19}$/.test(text)) return undefined
  const value = BigInt(text)
  return BigInt.asIntN(64, value) === value ? value.toString() : undefined
}

function readDecimal(shape: Shape, text: string): string | undefined {
  const decimal = parseDecimal(text)
  if (decimal === undefined) return undefined
  const [precision, scale] = [shape.precision ?? 20, shape.scale ?? 6]
  if (decimal.fraction.length > scale) return undefined
  if (decimal.whole !== '0' && decimal.whole.length > precision - scale) return undefined
  return printDecimal(decimal)
}

function readDatetime(text: string): string | undefined {
  const match = DATETIME.exec(text)
  if (match === null || !isDay(match[1] ?? '')) return undefined
  const [, day = '', minutes = '00:00', seconds = '00', fraction = '', zone = 'Z'] = match
  const time = Date.parse(`${day}T${minutes}:${seconds}${fraction}${zone.toUpperCase()}`)
  return Number.isNaN(time) ? undefined : new Date(time).toISOString()
}

/** `2023-02-30` parses in some engines; it is no day. */
function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

function describe(shape: Shape): string {
  switch (shape.type) {
    case 'integer':
      return 'a whole number of 32 bits'
    case 'bigint':
      return 'a whole number of 64 bits'
    case 'float':
      return 'a number'
    case 'decimal':
      return `a number of at most ${(shape.precision ?? 20) - (shape.scale ?? 6)} digits and ${shape.scale ?? 6} decimals`
    case 'boolean':
      return 'true or false'
    case 'datetime':
      return 'an ISO date and time'
    case 'date':
      return 'a date as YYYY-MM-DD'
    case 'time':
      return 'a time as HH:MM:SS'
    case 'bytes':
      return 'bytes in base64'
    case 'enum':
      return `one of ${(shape.values ?? []).join(', ')}`
    case 'uuid':
      return 'a UUID'
    case 'cuid':
      return 'a CUID'
    case 'email':
      return 'an e-mail address'
    case 'url':
      return 'a URL'
    default:
      return 'a string'
  }
}

function describeNode(node: SpecNode): string {
  if (node.kind === 'map') return 'a mapping'
  if (node.kind === 'list') return 'a list'
  if (node.value === null) return 'null'
  if (typeof node.value === 'string') return `the string "${crop(node.value)}"`
  return `${typeof node.value === 'number' ? 'the number' : 'the boolean'} ${crop(node.text)}`
}

function crop(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}
