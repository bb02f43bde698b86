// Dates and times as text. Everything is UTC; a text without a zone is too. Years are 0001 to 9999.
import { ISO_INSTANT_LENGTH, readIsoInstant } from './iso-instant.ts'

const DATE = /^(?!0000)\d{4}-\d{2}-\d{2}$/
const TIME = /^((?:[01]\d|2[0-3]):[0-5]\d)(?::([0-5]\d)(?:\.(\d{1,3}))?)?$/
const DATETIME =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2})(?::(\d{2})(\.\d{1,3})?)?(Z|z|[+-]\d{2}:\d{2})?)?$/
const FIRST_MS = Date.parse('0001-01-01T00:00:00.000Z')
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z')

/** True for a day of the calendar, written YYYY-MM-DD. */
export function isCalendarDate(text: string): boolean {
  if (!DATE.test(text)) return false
  const time = Date.parse(`${text}T00:00:00.000Z`)
  // Engines roll 30 February over to March; it is no day.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

/** `HH:MM:SS`, with `.mmm` only when there are milliseconds, so that text order is time order. */
export function canonicalTime(text: string): string | undefined {
  const match = TIME.exec(text)
  if (match === null) return undefined
  const [, minutes = '', seconds = '00', fraction = ''] = match
  const milliseconds = fraction.padEnd(3, '0')
  return `${minutes}:${seconds}${milliseconds === '000' ? '' : `.${milliseconds}`}`
}

/** A moment, from ISO 8601 text with at most milliseconds; finer text is refused, not rounded. */
export function parseDatetime(text: string): Date | undefined {
  const isOurs = text.length === ISO_INSTANT_LENGTH + 1 && text.endsWith('Z')
  const time = isOurs ? readIsoInstant(text) : undefined
  const moment = time === undefined ? parseAnyForm(text) : new Date(time)
  return moment !== undefined && isStorableMoment(moment) ? moment : undefined
}

function parseAnyForm(text: string): Date | undefined {
  const match = DATETIME.exec(text)
  if (match === null) return undefined
  const [, day = '', minutes = '00:00', seconds = '00', fraction = '', zone = 'Z'] = match
  if (!isCalendarDate(day) || canonicalTime(`${minutes}:${seconds}`) === undefined) return undefined
  const utc = Date.parse(`${day}T${minutes}:${seconds}${fraction}Z`)
  const offset = offsetOf(zone)
  return new Date(offset === undefined ? Number.NaN : utc - offset)
}

/** False for an invalid Date and for years no engine keeps. */
export function isStorableMoment(moment: Date): boolean {
  const time = moment.getTime()
  return time >= FIRST_MS && time <= LAST_MS
}

/** Milliseconds east of UTC. */
function offsetOf(zone: string): number | undefined {
  if (zone === 'Z' || zone === 'z') return 0
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(4, 6))]
  if (hours > 23 || minutes > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000
}
