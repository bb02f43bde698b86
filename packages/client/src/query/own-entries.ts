/** Keys that name a prototype instead of data; never legal in input. */
const DANGEROUS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

export function isDangerous(key: string): boolean {
  return DANGEROUS.has(key)
}
