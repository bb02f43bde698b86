// Everything that is text: which characters, which form, how long.
import type { Field } from '@proj/dbal-schema'
import { refuse, type Refused } from './checked.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const CUID = /^[a-z][a-z0-9]{1,31}$/
const EMAIL = /^[^\s@]{1,64}@[^\s@.]+(?:\.[^\s@.]+)+$/
const URL_TEXT = /^(?!(?:javascript|vbscript|data):)[a-z][a-z0-9+.-]*:[^\s\p{Cc}]+$/iu
const patterns = new WeakMap<Field, RegExp>()

/** PostgreSQL refuses U+0000; half a surrogate pair comes back as another character from every engine. */
export function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

export function canonicalUuid(value: unknown): string | Refused {
  return typeof value === 'string' && UUID.test(value)
    ? value.toLowerCase()
    : refuse('must be a UUID')
}

export function canonicalEnum(field: Field, value: unknown): string | Refused {
  const values = field.values ?? []
  return typeof value === 'string' && values.includes(value)
    ? value
    : refuse(`must be one of ${values.join(', ')}`)
}

/** cuid, email, url, string and text. */
export function canonicalText(field: Field, value: unknown): string | Refused {
  if (typeof value !== 'string') return refuse('must be a string')
  const { minLength, maxLength } = field
  // Length first: it bounds what the rest may cost.
  if (maxLength !== undefined && isLonger(value, maxLength))
    return refuse(`must have at most ${maxLength} characters`)
  if (!isStorableText(value)) return refuse('must be well-formed text without U+0000')
  const problem = checkForm(field, value)
  if (problem !== undefined) return refuse(problem)
  if (minLength !== undefined && minLength > 0 && !isLonger(value, minLength - 1))
    return refuse(`must have at least ${minLength} characters`)
  if (field.pattern !== undefined && !patternOf(field, field.pattern).test(value))
    return refuse('must match the pattern of the field')
  return value
}

function checkForm(field: Field, text: string): string | undefined {
  switch (field.type) {
    case 'cuid':
      return CUID.test(text) ? undefined : 'must be a CUID'
    case 'email':
      return EMAIL.test(text) ? undefined : 'must be an e-mail address'
    case 'url':
      return URL_TEXT.test(text) && URL.canParse(text) ? undefined : 'must be a URL'
    default:
      return undefined
  }
}

/** Counts code points, and only where UTF-16 units leave a doubt. */
function isLonger(text: string, limit: number): boolean {
  if (text.length <= limit) return false
  if (text.length > 2 * limit) return true
  let count = 0
  for (const _ of text) {
    count += 1
    if (count > limit) return true
  }
  return false
}

function patternOf(field: Field, pattern: string): RegExp {
  let compiled = patterns.get(field)
  if (compiled === undefined) {
    compiled = new RegExp(pattern, 'u')
    patterns.set(field, compiled)
  }
  return compiled
}
