// What a caller hands over, as it is at that moment: a call reads it again after it has waited, when the
// caller may have changed it. It judges nothing; what is refused is refused where it is read.
import { isDate, isUint8Array, putOwn } from '@proj/dbal-contract/base'

/** Every list that is read has a lower bound, so that a longer one is refused unread. */
const MAX_LENGTH = 1_000_000

/** Longer lists are looked at once only. */
const MAX_FLAT = 8

type Container = unknown[] | Record<string, unknown>

/**
 * A deep copy of plain objects and lists, by own keys and in any depth; dates and bytes are copied, all
 * else (signals, functions, instances) stays. A hole of a list becomes undefined.
 */
export function takeInput<T>(given: T): T {
  if (typeof given !== 'object' || given === null) return given
  if (isFlatList(given)) return given.slice() as T
  const copies = new Map<object, unknown>()
  // A list of what is open, not recursion: depth must not be able to exhaust the stack.
  const open: Container[] = []
  const take = (value: object): unknown => {
    const known = copies.get(value)
    if (known !== undefined) return known
    const container = shallowCopy(value)
    // Rows, of which there may be many, hold nothing that leads back to them.
    if (container !== undefined && settle(container)) return container
    if (container === undefined && isDate(value)) return new Date(value.getTime())
    const copy = container ?? (isUint8Array(value) ? new Uint8Array(value) : value)
    copies.set(value, copy)
    if (container !== undefined) open.push(container)
    return copy
  }
  const taken = take(given)
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (Array.isArray(next)) {
      for (let at = 0; at < next.length; at += 1) {
        const item: unknown = next[at]
        if (typeof item === 'object' && item !== null) next[at] = take(item)
      }
    } else
      for (const key in next) {
        const item = next[key]
        if (typeof item === 'object' && item !== null && Object.hasOwn(next, key))
          putOwn(next, key, take(item))
      }
  }
  return taken as T
}

/** Copies the dates of a record; true where it holds nothing else that could change. */
function settle(copy: Container): boolean {
  if (Array.isArray(copy)) return false
  for (const key in copy) {
    const item = copy[key]
    if (typeof item !== 'object' || item === null || !Object.hasOwn(copy, key)) continue
    if (!isDate(item)) return false
    putOwn(copy, key, new Date(item.getTime()))
  }
  return true
}

/** Arguments of a call, often, that hold nothing which could change. */
function isFlatList(value: object): value is unknown[] {
  if (!Array.isArray(value) || value.length > MAX_FLAT) return false
  for (let at = 0; at < value.length; at += 1) {
    const item: unknown = value[at]
    if (typeof item === 'object' && item !== null) return false
    if (item === undefined && !(at in value)) return false
  }
  return true
}

/** Undefined for what has no parts that are read. */
function shallowCopy(value: object): Container | undefined {
  if (Array.isArray(value)) return value.length > MAX_LENGTH ? undefined : [...(value as unknown[])]
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype) return { ...value }
  // Plain objects of another realm, and those without a prototype, become ours.
  const plain = prototype === null || Object.getPrototypeOf(prototype) === null
  if (!plain) return undefined
  const copy: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) putOwn(copy, key, item)
  return copy
}
