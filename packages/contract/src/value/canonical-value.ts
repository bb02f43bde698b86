// What an app may give for a field, and the one form in which everything below sees it.
// Wire forms (bigint as text, base64) are left to value-codec.ts.
import { isDate, isUint8Array } from '#platform/brands'
import type { Field } from '@proj/dbal-schema'
import { canonicalTime, isCalendarDate, isStorableMoment, parseDatetime } from './calendar.ts'
import { canonicalJson } from './canonical-json.ts'
import {
  canonicalBigint,
  canonicalDecimal,
  canonicalFloat,
  canonicalInteger,
} from './canonical-number.ts'
import { canonicalEnum, canonicalText, canonicalUuid } from './canonical-text.ts'
import { accept, refuse, Refused, type Checked } from './checked.ts'
import type { Value } from './value.ts'

/**
 * Judges an untrusted value for a field. The error is a phrase that follows the field's name, the
 * same for every value; it never holds the value.
 */
export function canonicalValue(field: Field, value: unknown): Checked<Value> {
  const judged = judgeValue(field, value)
  return judged instanceof Refused ? judged : accept(judged)
}

/** As `canonicalValue`, with no object made for a value that is right but what the caller must not share. */
export function judgeValue(field: Field, value: unknown): Value | Refused {
  return judge(field, value, false)
}

/** As `judgeValue`, of a value that nobody else can change: a moment or bytes that are right stay the object they are. */
export function judgeOwnValue(field: Field, value: unknown): Value | Refused {
  return judge(field, value, true)
}

function judge(field: Field, value: unknown, isOwn: boolean): Value | Refused {
  if (value === null) return field.nullable ? null : refuse('may not be null')
  if (value === undefined) return refuse('may not be undefined')
  switch (field.type) {
    case 'uuid':
      return canonicalUuid(value)
    case 'enum':
      return canonicalEnum(field, value)
    case 'cuid':
    case 'string':
    case 'text':
    case 'email':
    case 'url':
      return canonicalText(field, value)
    case 'integer':
      return canonicalInteger(field, value)
    case 'bigint':
      return canonicalBigint(field, value)
    case 'float':
      return canonicalFloat(field, value)
    case 'decimal':
      return canonicalDecimal(field, value)
    case 'boolean':
      return typeof value === 'boolean' ? value : refuse('must be true or false')
    case 'datetime':
      return canonicalDatetime(field, value, isOwn)
    case 'date':
      return canonicalDate(field, value)
    case 'time':
      return canonicalTimeOfDay(field, value)
    case 'json':
      return canonicalJson(value)
    case 'bytes':
      return canonicalBytes(field, value, isOwn)
  }
}

function canonicalDatetime(field: Field, value: unknown, isOwn: boolean): Date | Refused {
  const moment = isDate(value)
    ? isOwn
      ? value
      : new Date(value.getTime())
    : typeof value === 'string'
      ? parseDatetime(value)
      : undefined
  if (moment === undefined || !isStorableMoment(moment))
    return refuse('must be a Date, or ISO text with at most milliseconds, of the years 1 to 9999')
  if (field.min === undefined && field.max === undefined) return moment
  const problem = outOfRange(field, moment.toISOString(), (bound) =>
    parseDatetime(bound)?.toISOString(),
  )
  return problem === undefined ? moment : refuse(problem)
}

function canonicalDate(field: Field, value: unknown): string | Refused {
  if (typeof value !== 'string' || !isCalendarDate(value))
    return refuse('must be a date like 2024-12-31')
  const problem = outOfRange(field, value, (bound) => bound)
  return problem === undefined ? value : refuse(problem)
}

function canonicalTimeOfDay(field: Field, value: unknown): string | Refused {
  const time = typeof value === 'string' ? canonicalTime(value) : undefined
  if (time === undefined) return refuse('must be a time like 23:59:59')
  const problem = outOfRange(field, time, canonicalTime)
  return problem === undefined ? time : refuse(problem)
}

/** Canonical dates and times have the order of their text. */
function outOfRange(
  field: Field,
  text: string,
  read: (bound: string) => string | undefined,
): string | undefined {
  const { min, max } = field
  if (min !== undefined && text < (read(String(min)) ?? '')) return `must be at least ${min}`
  if (max !== undefined && text > (read(String(max)) ?? '\uffff')) return `must be at most ${max}`
  return undefined
}

function canonicalBytes(field: Field, value: unknown, isOwn: boolean): Uint8Array | Refused {
  if (!isUint8Array(value)) return refuse('must be a Uint8Array')
  const { minLength, maxLength } = field
  if (maxLength !== undefined && value.length > maxLength)
    return refuse(`must have at most ${maxLength} bytes`)
  if (minLength !== undefined && value.length < minLength)
    return refuse(`must have at least ${minLength} bytes`)
  return isOwn ? value : new Uint8Array(value)
}
