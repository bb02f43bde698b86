// Plain JSON, deeply checked and copied: sorted keys, own enumerable properties only, no number that an
// engine would round. Two equal values have the same canonical text.
import type { JsonValue } from '@proj/dbal-schema'
import { isStorableText } from './canonical-text.ts'
import { refuse, type Refused } from './checked.ts'
import { JsonNull, type JsonNullType } from './value.ts'

const MAX_DEPTH = 100
/** A small graph of shared arrays can unfold without end. */
const MAX_VALUES = 1_000_000

class Refusal extends Error {}

/** At the top `JsonNull` is JSON's null; plain `null` is SQL NULL and left to the caller. */
export function canonicalJson(value: unknown): JsonValue | JsonNullType | Refused {
  if (value === JsonNull) return JsonNull
  try {
    return copy(value, 1, { values: 0 })
  } catch (error) {
    if (error instanceof Refusal) return refuse(error.message)
    throw error
  }
}

/** The text two equal JSON values share, whatever the order of their keys. */
export function canonicalJsonText(value: JsonValue | JsonNullType): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    isObject(item) && !Array.isArray(item) ? sortKeys(item) : item,
  )
}

function copy(value: unknown, depth: number, seen: { values: number }): JsonValue {
  seen.values += 1
  if (seen.values > MAX_VALUES) throw new Refusal(`must hold at most ${MAX_VALUES} values`)
  switch (typeof value) {
    case 'string':
      return storable(value)
    case 'boolean':
      return value
    case 'number':
      return finite(value)
    case 'object':
      if (value === null) return null
      if (depth > MAX_DEPTH) throw new Refusal(`must be nested at most ${MAX_DEPTH} deep`)
      // Array.from also visits holes, which are undefined and refused.
      if (Array.isArray(value)) return Array.from(value, (item) => copy(item, depth + 1, seen))
      return copyObject(value, depth, seen)
    default:
      throw new Refusal('must be plain JSON')
  }
}

function copyObject(value: object, depth: number, seen: { values: number }): JsonValue {
  if (!isPlain(value)) throw new Refusal('must be plain JSON')
  const result: Record<string, JsonValue> = {}
  for (const [key, item] of Object.entries(value).sort(byKey)) {
    if (key === '__proto__') throw new Refusal('may not have the key __proto__')
    result[storable(key)] = copy(item, depth + 1, seen)
  }
  return result
}

function storable(text: string): string {
  if (!isStorableText(text)) throw new Refusal('must hold well-formed text without U+0000')
  return text
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new Refusal('must hold finite numbers')
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    throw new Refusal('must hold no integer beyond 2^53 - 1')
  return value + 0
}

/** Of any realm: an object whose prototype is an Object.prototype, or none. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function sortKeys(value: object): object {
  return Object.fromEntries(Object.entries(value).sort(byKey))
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
