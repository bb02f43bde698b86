// Instants as text and back, to the millisecond and in UTC. Text written here sorts as the instants do.
import { ISO_INSTANT_LENGTH, readIsoInstant } from '@proj/dbal-contract'

const OFFSET = '+00:00'
const PATTERN =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s?(Z|[+-]00(?::?00)?)?)?$/

/** `2024-03-10T05:00:00.000+00:00`, the form that Prisma writes to SQLite. */
export function isoWithOffset(date: Date): string {
  return `${date.toISOString().slice(0, ISO_INSTANT_LENGTH)}${OFFSET}`
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

/** What `isoWithOffset` prints; undefined leaves it to the pattern. */
function readOwnForm(text: string): Date | undefined {
  if (text.length !== ISO_INSTANT_LENGTH + OFFSET.length || !text.endsWith(OFFSET)) return undefined
  const time = readIsoInstant(text)
  return time === undefined ? undefined : new Date(time)
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
