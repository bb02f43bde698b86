/** Names of a prototype instead of data. Whoever reads input by own keys refuses them, so that no part of it has one. */
const PROTOTYPE_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** Takes the name as the program sees it, which is camelCase. */
export function isPrototypeName(name: string): boolean {
  return PROTOTYPE_NAMES.has(name)
}

export const PROTOTYPE_HINT =
  'JavaScript keeps `constructor`, `prototype` and `__proto__` for itself: choose another name'
