// Made-up values for examples, in wire form and as TypeScript. Always the same for the same field.
import type { Field, JsonValue } from '@proj/dbal-schema'
import { samplePattern } from './sample-pattern.ts'

/** A value twice: as it travels, and as an app writes it. */
export interface Example {
  readonly wire: JsonValue
  readonly code: string
}

export type ExampleShape = Pick<
  Field,
  'name' | 'type' | 'values' | 'pattern' | 'minLength' | 'maxLength' | 'min' | 'max' | 'scale'
>

const UUID = '0192f0a0-7c1e-7000-8000-000000000001'
const MOMENT = '2025-01-31T12:00:00.000Z'

/** Undefined where no fitting value could be made up. */
export function exampleValue(field: ExampleShape): Example | undefined {
  switch (field.type) {
    case 'uuid':
      return plain(UUID)
    case 'cuid':
      return plain('cm0example0000example0000')
    case 'email':
      return sized(field, 'ada@example.com')
    case 'url':
      return sized(field, 'https://example.com/')
    case 'string':
    case 'text':
      return exampleText(field)
    case 'enum':
      return field.values?.[0] === undefined ? undefined : plain(field.values[0])
    case 'integer':
    case 'float':
      return plain(Number(withinBounds(field)))
    case 'bigint':
      return { wire: withinBounds(field), code: `${withinBounds(field)}n` }
    case 'decimal':
      return plain(fixed(withinBounds(field), field.scale ?? 6))
    case 'boolean':
      return plain(true)
    case 'datetime': {
      const moment = clamped(field, MOMENT)
      return { wire: moment, code: `new Date(${quote(moment)})` }
    }
    case 'date':
      return plain(clamped(field, '2025-01-31'))
    case 'time':
      return plain(clamped(field, '12:00:00'))
    case 'json':
      return { wire: {}, code: '{}' }
    case 'bytes':
      return { wire: 'AQID', code: 'new Uint8Array([1, 2, 3])' }
  }
}

export function plain(value: string | number | boolean): Example {
  return { wire: value, code: typeof value === 'string' ? quote(value) : String(value) }
}

function quote(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")
  return `'${escaped}'`
}

function exampleText(field: ExampleShape): Example | undefined {
  const { pattern, minLength = 0, maxLength = 255 } = field
  const text =
    pattern === undefined
      ? 'example'.repeat(Math.max(1, Math.ceil(minLength / 7))).slice(0, maxLength)
      : samplePattern(pattern, minLength, maxLength)
  return text === undefined ? undefined : plain(text)
}

function sized({ pattern, maxLength = 255 }: ExampleShape, text: string): Example | undefined {
  const fits =
    text.length <= maxLength && (pattern === undefined || new RegExp(pattern, 'u').test(text))
  return fits ? plain(text) : undefined
}

/** Dates and times have the order of their text. */
function clamped({ min, max }: ExampleShape, text: string): string {
  if (min !== undefined && text < String(min)) return String(min)
  return max !== undefined && text > String(max) ? String(max) : text
}

function withinBounds({ min, max }: ExampleShape): string {
  if (min !== undefined && Number(min) > 1) return String(min)
  return max !== undefined && Number(max) < 1 ? String(max) : '1'
}

function fixed(text: string, scale: number): string {
  const [whole = '0', fraction = ''] = text.split('.')
  return scale === 0 ? whole : `${whole}.${fraction.padEnd(scale, '0').slice(0, scale)}`
}
