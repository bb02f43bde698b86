// Values cross as JSON text, so nothing but data can: no prototype, function, getter or handle.
import type { JsonValue } from '@proj/dbal-contract'
import { MAX_DEPTH } from './limits.ts'

/** Keys that name a prototype where a careless reader merges them. */
const DANGEROUS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** Undefined for what is no JSON, too deep or too large. */
export function printJson(value: unknown, maxBytes: number): string | undefined {
  if (!isData(value, MAX_DEPTH, { left: maxBytes })) return undefined
  const text = JSON.stringify(value)
  return Buffer.byteLength(text) > maxBytes ? undefined : text
}

/** Undefined for what is no JSON, too deep or too large. */
export function readJson(text: string, maxBytes: number): JsonValue | undefined {
  if (Buffer.byteLength(text) > maxBytes) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isData(value, MAX_DEPTH, { left: maxBytes }) ? (value as JsonValue) : undefined
  } catch {
    return undefined
  }
}

/**
 * `budget`: bytes that the text may still have, at least one for each value. An object that is held in many
 * places is written out in each, and a small graph of such objects would be looked at without end.
 */
function isData(value: unknown, depth: number, budget: { left: number }): boolean {
  budget.left -= typeof value === 'string' ? value.length + 1 : 1
  if (budget.left < 0) return false
  if (value === null || typeof value === 'boolean') return true
  if (typeof value === 'string') return isWellFormed(value)
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || depth === 0) return false
  // An index loop: `every` passes over holes, which JSON has no word for.
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (!isData(value[i], depth - 1, budget)) return false
    return true
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype) return false
  return Object.entries(Object.getOwnPropertyDescriptors(value)).every(
    ([key, { value: own, enumerable }]) =>
      !DANGEROUS.has(key) &&
      isWellFormed(key) &&
      enumerable === true &&
      isData(own, depth - 1, budget),
  )
}

/** The same data in objects of its own; undefined for what is no JSON, too deep or too large. */
export function copyJson(value: unknown, maxBytes: number): JsonValue | undefined {
  const text = printJson(value, maxBytes)
  return text === undefined ? undefined : (JSON.parse(text) as JsonValue)
}

/** Half of a pair has no UTF-8, and would come back as another character. */
function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text)
}
