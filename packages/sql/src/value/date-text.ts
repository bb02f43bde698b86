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
  const year = two(text, 0) * 100 + two(text, 2)
  const month = two(text, 5)
  const day = two(text, 8)
  const hours = two(text, 11)
  const minutes = two(text, 14)
  const seconds = two(text, 17)
  const milliseconds = two(text, 20) * 10 + digit(text, 22)
  // Not where there is no digit, nor for days that are none.
  const isRight =
    month >= 1 && month <= 12 && day >= 1 && hours < 24 && minutes < 60 && seconds < 60
  if (!isRight || !(milliseconds >= 0) || !(day <= daysIn(year, month))) return undefined
  const time = hours * 3_600_000 + minutes * 60_000 + seconds * 1000 + milliseconds
  return new Date(daysFromEpoch(year, month, day) * 86_400_000 + time)
}

/** NaN where there is something else. */
function digit(text: string, at: number): number {
  const value = text.charCodeAt(at) - 48
  return value >= 0 && value <= 9 ? value : Number.NaN
}

function two(text: string, at: number): number {
  return digit(text, at) * 10 + digit(text, at + 1)
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0)
}

/** Of the Gregorian calendar, counted in years that begin in March, so that a leap day is the last of its year. */
function daysFromEpoch(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1
  const ofYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const leaps = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400)
  return shifted * 365 + leaps + ofYear - 719_468
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
