// Whether an answer, as JSON, is what a case expects: a subset of its keys, lists whole and in order.

type PlainRecord = Readonly<Record<string, unknown>>

/** The first difference, as a path and what stands there; undefined: it matches. */
export function matchOutput(expected: unknown, actual: unknown, path = '$'): string | undefined {
  if (expected === '$any') return actual === undefined ? `${path} is absent` : undefined
  if (expected === '$absent')
    return actual === undefined ? undefined : differ(path, actual, 'absent')
  if (actual === undefined) return `${path} is absent`
  if (expected === '$uuid')
    return UUID.test(String(actual)) ? undefined : differ(path, actual, 'a uuid')
  if (Array.isArray(expected)) return matchList(expected, actual, path)
  if (!isRecord(expected))
    return isClose(expected, actual) ? undefined : differ(path, actual, print(expected))
  if ('$unordered' in expected) return matchUnordered(expected['$unordered'], actual, path)
  if ('$exact' in expected) return matchExact(expected['$exact'], actual, path)
  if (!isRecord(actual)) return differ(path, actual, 'a mapping')
  for (const [key, inner] of Object.entries(expected)) {
    const value = Object.hasOwn(actual, key) ? actual[key] : undefined
    const difference = matchOutput(inner, value, `${path}.${key}`)
    if (difference !== undefined) return difference
  }
  return undefined
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

function matchList(
  expected: readonly unknown[],
  actual: unknown,
  path: string,
): string | undefined {
  if (!Array.isArray(actual)) return differ(path, actual, 'a list')
  if (actual.length !== expected.length)
    return `${path} has ${actual.length} items, not ${expected.length}: ${print(actual)}`
  for (const [n, item] of expected.entries()) {
    const difference = matchOutput(item, actual[n], `${path}[${n}]`)
    if (difference !== undefined) return difference
  }
  return undefined
}

/** Each item expected is found once, whatever the order. */
function matchUnordered(expected: unknown, actual: unknown, path: string): string | undefined {
  if (!Array.isArray(expected)) return `${path}: $unordered takes a list`
  if (!Array.isArray(actual)) return differ(path, actual, 'a list')
  const left: unknown[] = [...(actual as unknown[])]
  for (const item of expected as unknown[]) {
    const n = left.findIndex((each) => matchOutput(item, each) === undefined)
    if (n < 0) return `${path} has no ${print(item)}: ${print(actual)}`
    left.splice(n, 1)
  }
  return left.length === 0 ? undefined : `${path} has also ${print(left)}`
}

/** No key more, no tolerance; matchers hold inside. */
function matchExact(expected: unknown, actual: unknown, path: string): string | undefined {
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    return expected
      .map((item: unknown, n) => matchExact(item, actual[n], `${path}[${n}]`))
      .find((difference) => difference !== undefined)
  }
  if (isRecord(expected) && isRecord(actual) && !('$unordered' in expected)) {
    const more = Object.keys(actual).filter((key) => !Object.hasOwn(expected, key))
    if (more.length > 0) return `${path} has also ${more.join(', ')}`
    return Object.entries(expected)
      .map(([key, inner]) =>
        Object.hasOwn(actual, key) || inner === '$absent'
          ? matchExact(inner, actual[key], `${path}.${key}`)
          : `${path}.${key} is absent`,
      )
      .find((difference) => difference !== undefined)
  }
  if (typeof expected === 'string' && expected.startsWith('$'))
    return matchOutput(expected, actual, path)
  return expected === actual ? undefined : differ(path, actual, print(expected))
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/

/** Equal, or the same but for a second (moments), six decimals (floats), quotes (bigint and decimal). */
function isClose(expected: unknown, actual: unknown): boolean {
  if (expected === actual) return true
  if (typeof expected === 'number' && typeof actual === 'number')
    return !Number.isInteger(expected) && Math.abs(expected - actual) <= 1e-6
  if (typeof expected === 'number') return typeof actual === 'string' && String(expected) === actual
  if (typeof expected !== 'string' || typeof actual !== 'string') return false
  if (!MOMENT.test(expected) || !MOMENT.test(actual)) return false
  return Math.abs(Date.parse(expected) - Date.parse(actual)) <= 1000
}

function isRecord(value: unknown): value is PlainRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function differ(path: string, actual: unknown, expected: string): string {
  return `${path} is ${print(actual)}, not ${expected}`
}

function print(value: unknown): string {
  const text = JSON.stringify(value) ?? 'absent'
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}
