// Answers of different peers in one form, so that they can be compared. Peers give one value as a Date or a
// text, as a number, a bigint or an object of decimals, as a boolean or 1: these are no differences.

/** JSON with sorted keys. */
export function canonicalAnswer(answer: unknown): string {
  return JSON.stringify(canonical(answer, ''))
}

const BOOLEANS = new Set(['pinned'])
const DATES = new Set(['createdAt'])
const NUMBERS = new Set(['count', 'score', 'rating', 'amount', 'price'])

function canonical(value: unknown, key: string): unknown {
  if (value === null || value === undefined) return null
  if (DATES.has(key)) return new Date(value as string).toISOString()
  if (BOOLEANS.has(key)) return Boolean(value)
  // Averages are added up in any order.
  if (NUMBERS.has(key)) return Number(Number(value).toFixed(6))
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map((each) => canonical(each, ''))
  if (typeof value !== 'object') return value
  const entries = Object.entries(value)
    .filter(([, each]) => typeof each !== 'function' && each !== undefined)
    .map(([name, each]) => [name, canonical(each, name)] as const)
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
