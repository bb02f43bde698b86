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
