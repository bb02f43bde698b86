// A field's value in wire form as JSON Schema. Only keywords that draft 7 and draft 2020-12 read alike are
// used, because OpenRPC keeps to the former.
import type { Field, FieldType } from '@proj/dbal-schema'

/** A JSON Schema that is no boolean. */
export type Keywords = Readonly<Record<string, unknown>>

const INT32 = { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 }
/** RFC 3339's `time` wants an offset, which a time of day has not; hence no `format`. */
const TIME = '^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,3})?)?$'

/** A value to store, or a stored one: bounds, null and annotations included. */
export function valueSchema(field: Field): Keywords {
  const digits = field.type === 'decimal' ? { precision: 20, scale: 6 } : {}
  const value: Keywords = { ...plainKeywords({ ...digits, ...field }), ...bounds(field) }
  return { ...(field.nullable ? orNull(value) : value), ...annotations(field) }
}

/** A value to compare with: what limits stored values does not limit what may be looked for. */
export function keySchema(field: Field): Keywords {
  const value: Keywords =
    field.type === 'enum'
      ? plainKeywords(field)
      : field.type === 'json'
        ? {}
        : plainKeywords({ type: looseType(field.type) })
  return field.nullable ? orNull(value) : value
}

/** A value of a type, without anything that a field adds. */
export function typeSchema(type: FieldType): Keywords {
  return plainKeywords({ type })
}

/** A malformed id finds nothing; it is no malformed input. */
function looseType(type: FieldType): FieldType {
  return type === 'uuid' || type === 'cuid' || type === 'email' || type === 'url' ? 'string' : type
}

/** The same, or null. */
export function orNull(value: Keywords): Keywords {
  const { type } = value
  if (typeof type !== 'string') return value
  const values = value['enum']
  return {
    ...value,
    type: [type, 'null'],
    ...(Array.isArray(values) ? { enum: [...(values as unknown[]), null] } : {}),
  }
}

type Shape = Pick<Field, 'type' | 'values' | 'precision' | 'scale' | 'min'>

function plainKeywords(field: Shape): Keywords {
  switch (field.type) {
    case 'uuid':
      return { type: 'string', format: 'uuid' }
    case 'cuid':
      return { type: 'string', pattern: '^[a-z][a-z0-9]{1,31}$' }
    case 'email':
      return { type: 'string', format: 'email' }
    case 'url':
      return { type: 'string', format: 'uri' }
    case 'string':
    case 'text':
      return { type: 'string' }
    case 'enum':
      return { type: 'string', ...(field.values === undefined ? {} : { enum: field.values }) }
    case 'integer':
      return { type: 'integer', ...INT32 }
    case 'bigint':
      return { type: 'string', pattern: `^${sign(field)}[0-9]{1,19}$` }
    case 'float':
      return { type: 'number' }
    case 'decimal':
      return { type: 'string', pattern: decimalPattern(field) }
    case 'boolean':
      return { type: 'boolean' }
    case 'datetime':
      return { type: 'string', format: 'date-time' }
    case 'date':
      return { type: 'string', format: 'date' }
    case 'time':
      return { type: 'string', pattern: TIME }
    case 'bytes':
      return { type: 'string', contentEncoding: 'base64' }
    case 'json':
      return {}
  }
}

function bounds(field: Field): Keywords {
  const { type, min, max, minLength, maxLength, pattern } = field
  const found: Record<string, unknown> = {}
  if (type === 'integer' || type === 'float') {
    if (min !== undefined) found['minimum'] = Number(min)
    if (max !== undefined) found['maximum'] = Number(max)
  }
  // Base64 writes each three bytes, begun or whole, as four characters.
  const inText = (length: number): number => (type === 'bytes' ? Math.ceil(length / 3) * 4 : length)
  if (minLength !== undefined) found['minLength'] = inText(minLength)
  if (maxLength !== undefined) found['maxLength'] = inText(maxLength)
  if (pattern !== undefined) found['pattern'] = pattern
  return found
}

function decimalPattern(field: Shape): string {
  const { precision, scale } = field
  if (precision === undefined || scale === undefined) return '^-?[0-9]+(\\.[0-9]+)?$'
  const fraction = scale > 0 ? `(\\.[0-9]{1,${scale}})?` : ''
  return `^${sign(field)}[0-9]{1,${Math.max(1, precision - scale)}}${fraction}$`
}

function sign({ min }: Shape): string {
  return min !== undefined && Number(min) >= 0 ? '' : '-?'
}

function annotations(field: Field): Keywords {
  const description = [field.description, inWords(field), deprecation(field)]
    .filter((part) => part !== undefined)
    .join(' ')
  return {
    ...(description === '' ? {} : { description }),
    ...(field.default?.kind === 'literal' ? { default: field.default.value } : {}),
    ...(field.generated || field.autoUpdate ? { readOnly: true } : {}),
    ...(field.deprecated === undefined ? {} : { deprecated: true }),
  }
}

/** What no keyword can say: bounds of values that travel as text, and the two nulls. */
function inWords(field: Field): string | undefined {
  const { type, min, max } = field
  if (type === 'integer' || type === 'float') return undefined
  if (type === 'json') return 'Null is no value; JSON\'s null is {"$json": null}.'
  if (min === undefined) return max === undefined ? undefined : `At most ${max}.`
  return max === undefined ? `At least ${min}.` : `From ${min} to ${max}.`
}

function deprecation({ deprecated }: Field): string | undefined {
  return typeof deprecated === 'string' ? `Deprecated: ${deprecated}` : undefined
}
