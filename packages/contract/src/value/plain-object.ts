import { ROW_PROTOTYPE } from './new-row.ts'

/** A plain object, as JSON, a literal or an answer of ours gives it: no class instance, no array. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null || prototype === ROW_PROTOTYPE
}

/** Sets it as data, also where the name is that of the prototype's setter. */
export function putOwn<T>(to: Record<string, T>, key: string, value: T): void {
  if (key !== '__proto__') to[key] = value
  else
    Object.defineProperty(to, key, { value, enumerable: true, configurable: true, writable: true })
}

type Part = Readonly<Record<string, unknown>>

/**
 * One object of the own keys of several, of which the later win. Where a call comes by, in the place of a spread that is
 * added to: for `{ ...one, more }` V8 as in Node 20 makes a hidden class each time, which takes a microsecond, and the
 * longer for whatever looks at the object.
 */
export function mergeOwn(...parts: readonly Part[]): Record<string, unknown> {
  const whole: Record<string, unknown> = {}
  for (const part of parts) for (const key of Object.keys(part)) putOwn(whole, key, part[key])
  return whole
}
