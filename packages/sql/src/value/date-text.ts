// Instants as text and back, to the millisecond and in UTC. Text written here sorts as the instants do.

const PATTERN =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s?(Z|[+-]00(?::?00)?)?)?$/

/** `2024-03-10T05:00:00.000+00:00`, the form that Prisma writes to SQLite. */
export function isoWithOffset(date: Date): string {
  return `${date.toISOString().slice(0, 23)}+00:00`
}

/** `2024-03-10 05:00:00.000`, a timestamp without zone that means UTC. */
export function plainTimestamp(date: Date): string {
  const iso = date.toISOString()
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}`
}

/** Undefined for text that is no instant in UTC. A fraction finer than a millisecond is cut. */
export function parseTimestamp(text: string): Date | undefined {
  return readOwnForm(text) ?? readAnyForm(text)
}

/** What `isoWithOffset` prints, without the cost of a pattern; undefined leaves it to the pattern. */
function readOwnForm(text: string): Date | undefined {
  if (text.length !== 29 || !text.endsWith('+00:00')) return undefined
  const [year, day] = [digits(text, 0, 4), digits(text, 8, 2)]
  const minutes = digits(text, 11, 2) * 60 + digits(text, 14, 2)
  const milliseconds = digits(text, 17, 2) * 1000 + digits(text, 20, 3)
  const time = Date.UTC(year, digits(text, 5, 2) - 1, day, 0, minutes, 0, milliseconds)
  const date = new Date(time)
  // Not for years that Date.UTC takes for others, nor for days that are none.
  return year >= 100 && date.getUTCDate() === day ? date : undefined
}

/** NaN where there is something else. */
function digits(text: string, from: number, count: number): number {
  let value = 0
  for (let at = from; at < from + count; at += 1) {
    const digit = text.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

function readAnyForm(text: string): Date | undefined {
  const match = PATTERN.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0'] = match
  const time = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    Number(fraction.padEnd(3, '0').slice(0, 3)),
  )
  const date = new Date(time)
  // Date.UTC takes years 0–99 for 1900–1999.
  if (Number(year) < 100) date.setUTCFullYear(Number(year))
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day)
    ? date
    : undefined
}
