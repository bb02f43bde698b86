// JavaScript values that JSON has no spelling for, where no field gives them one: `undefined` in data, a
// function, NaN. They are all refused in the end, but by whoever judges input, in its own words.
import { invalid } from '../error/raise.ts'
import { decodeBase64, encodeBase64 } from '../value/base64.ts'
import { isPlainObject } from '../value/plain-object.ts'
import { JsonNull } from '../value/value.ts'

const TAG = '$js'
/** Far beyond what any input may hold; deeper ones, and circles, are refused here. */
const MAX_DEPTH = 200

/** A value under its tag. Decoded, one of kind `object` stands for all that is neither data nor a value. */
export class Misfit {
  readonly kind: string
  readonly value: string | undefined

  constructor(kind: string, value?: string) {
    this.kind = kind
    this.value = value
  }
}

export function hasMisfits(value: unknown, depth = 0): boolean {
  if (depth > MAX_DEPTH) throw tooDeep()
  switch (typeof value) {
    case 'string':
      // CBOR is UTF-8, which has no lone surrogates.
      return !value.isWellFormed()
    case 'number':
      return !Number.isFinite(value) || Object.is(value, -0)
    case 'boolean':
      return false
    case 'object':
      if (value === null) return false
      if (Array.isArray(value))
        return hasHoles(value) || value.some((it) => hasMisfits(it, depth + 1))
      if (!isPlainObject(value)) return true
      for (const key of Object.keys(value)) if (hasMisfits(value[key], depth + 1)) return true
      return false
    default:
      return true
  }
}

/** JSON of anything. */
export function encodeMisfits(value: unknown, depth = 0): unknown {
  if (depth > MAX_DEPTH) throw tooDeep()
  if (!hasMisfits(value, depth)) return isTagged(value) ? { [TAG]: 'literal', value } : value
  if (Array.isArray(value)) return Array.from(value, (item) => encodeMisfits(item, depth + 1))
  if (isPlainObject(value)) {
    const encoded = mapValues(value, (item) => encodeMisfits(item, depth + 1))
    return isTagged(value) ? { [TAG]: 'literal', value: encoded } : encoded
  }
  const { kind, value: text } = toMisfit(value)
  return text === undefined ? { [TAG]: kind } : { [TAG]: kind, value: text }
}

/** The inverse; what it does not know becomes a value that is refused wherever it stands. */
export function decodeMisfits(json: unknown, depth = 0): unknown {
  if (depth > MAX_DEPTH) throw tooDeep()
  if (Array.isArray(json)) return json.map((item: unknown) => decodeMisfits(item, depth + 1))
  if (!isPlainObject(json)) return json
  if (!isTagged(json)) return mapValues(json, (item) => decodeMisfits(item, depth + 1))
  const { [TAG]: kind, value } = json
  if (kind === 'literal' && isPlainObject(value))
    return mapValues(value, (item) => decodeMisfits(item, depth + 1))
  return fromMisfit(String(kind), typeof value === 'string' ? value : '')
}

function toMisfit(value: unknown): Misfit {
  if (value instanceof Misfit) return value
  if (value === JsonNull) return new Misfit('jsonNull')
  if (value instanceof Date)
    return new Misfit('date', Number.isNaN(value.getTime()) ? '' : value.toISOString())
  if (value instanceof Uint8Array) return new Misfit('bytes', encodeBase64(value))
  switch (typeof value) {
    case 'undefined':
      return new Misfit('undefined')
    case 'bigint':
      return new Misfit('bigint', String(value))
    case 'number':
      return new Misfit('number', Object.is(value, -0) ? '-0' : String(value))
    case 'string':
      return new Misfit('text', JSON.stringify(value))
    case 'function':
      return new Misfit('function')
    default:
      return new Misfit('object')
  }
}

function fromMisfit(kind: string, text: string): unknown {
  switch (kind) {
    case 'undefined':
      return undefined
    case 'jsonNull':
      return JsonNull
    case 'function':
      return noFunction
    case 'date':
      return new Date(text)
    case 'bytes':
      return decodeBase64(text) ?? new Misfit('object')
    case 'bigint':
      return INTEGER.test(text) ? BigInt(text) : new Misfit('object')
    case 'number':
      return Number(text)
    case 'text':
      return readText(text)
    // It stands for a field's value: whoever decodes that takes it out.
    case 'wire':
      return new Misfit('wire', text)
    default:
      return new Misfit('object')
  }
}

/** Where a function was given; an object in its place would be refused in other words. */
function noFunction(): void {}

/** With its lone surrogates, which the JSON of it has as escapes. */
function readText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return new Misfit('object')
  }
}

/** Longer ones would take time to read, and fit no field. */
const INTEGER = /^-?\d{1,1000}$/

function isTagged(value: unknown): boolean {
  return isPlainObject(value) && Object.hasOwn(value, TAG)
}

function hasHoles(list: readonly unknown[]): boolean {
  for (let i = 0; i < list.length; i += 1) if (!(i in list)) return true
  return false
}

function mapValues(
  value: Readonly<Record<string, unknown>>,
  map: (value: unknown) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, map(inner)]))
}

export function tooDeep(): Error {
  return invalid([{ field: 'input', error: 'is nested too deeply' }])
}
