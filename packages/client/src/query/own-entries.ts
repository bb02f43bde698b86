/** Keys that name a prototype instead of data; never legal in input. */
const DANGEROUS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

export function isDangerous(key: string): boolean {
  return DANGEROUS.has(key)
}

/** A plain object, as JSON or a literal gives it: no class instance, no array. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}
