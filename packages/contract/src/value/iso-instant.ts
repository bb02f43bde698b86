// The one spelling of an instant that our own codecs write, read without the cost of a pattern.

/** Characters of `YYYY-MM-DDTHH:MM:SS.mmm`. */
export const ISO_INSTANT_LENGTH = 23
const [DASH, COLON, T, POINT] = [0x2d, 0x3a, 0x54, 0x2e]

/**
 * Milliseconds since the epoch of the `YYYY-MM-DDTHH:MM:SS.mmm` that a text begins with, in UTC; undefined where it
 * begins with anything else or names no day of the calendar. What follows is for the caller to look at.
 */
export function readIsoInstant(text: string): number | undefined {
  const isSpelt =
    text.charCodeAt(4) === DASH &&
    text.charCodeAt(7) === DASH &&
    text.charCodeAt(10) === T &&
    text.charCodeAt(13) === COLON &&
    text.charCodeAt(16) === COLON &&
    text.charCodeAt(19) === POINT
  if (!isSpelt) return undefined
  const year = two(text, 0) * 100 + two(text, 2)
  const month = two(text, 5)
  const day = two(text, 8)
  const hours = two(text, 11)
  const minutes = two(text, 14)
  const seconds = two(text, 17)
  const milliseconds = two(text, 20) * 10 + digit(text, 22)
  // Not where there is no digit, nor for days that are none.
  const isRight =
    year >= 0 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysIn(year, month) &&
    hours < 24 &&
    minutes < 60 &&
    seconds < 60 &&
    milliseconds >= 0
  if (!isRight) return undefined
  const time = hours * 3_600_000 + minutes * 60_000 + seconds * 1000 + milliseconds
  return daysFromEpoch(year, month, day) * 86_400_000 + time
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
