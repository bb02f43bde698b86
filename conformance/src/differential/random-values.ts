// Values in wire form that engines are known to disagree on, few enough to meet each other.
import type { Field, FieldType, JsonValue } from '@proj/dbal-schema'
import fc from 'fast-check'

const POOLS: Readonly<Record<FieldType, readonly JsonValue[]>> = {
  string: [
    '',
    'a',
    'A',
    'b',
    'é',
    'e\u0301',
    'a ',
    '%',
    'a_',
    '\\',
    "o'x",
    '😀',
    '\uff5e',
    'ß',
    '10',
    '9',
  ],
  text: ['', 'a', 'A', 'Ab', 'é', 'É', '%a', '_', "';--", '"', '😀', 'line\nline'],
  email: ['a@example.com', 'b@example.com'],
  url: ['https://example.com/a', 'https://example.com/b'],
  cuid: ['cjld2cjxh0000qzrmn831i7rn', 'cjld2cyuq0000t3rmniod1foy'],
  integer: [0, 1, -1, 2, 7, 2_147_483_647, -2_147_483_648],
  bigint: ['0', '1', '-1', '9007199254740993', '9223372036854775807', '-9223372036854775808'],
  float: [0, 1, -0.5, 1.5, 1e10, 1e-7, -1e15],
  decimal: ['0.00', '1.50', '-2.25', '10.00', '99999999.99', '0.01'],
  boolean: [true, false],
  datetime: [
    '1999-12-31T23:59:59.999Z',
    '2026-03-29T01:30:00.000Z',
    '2026-03-29T01:30:00.001Z',
    '9999-12-31T23:59:59.999Z',
  ],
  date: ['2024-02-29', '2026-03-29', '0001-01-01', '9999-12-31'],
  time: ['00:00:00', '12:30:00', '23:59:59'],
  uuid: ['00000000-0000-4000-8000-000000000001', 'ffffffff-ffff-4fff-bfff-ffffffffffff'],
  bytes: ['', 'AAE=', '/w==', 'YWJj'],
  json: [0, 'a', true, [], {}, [1, 'a', null], { a: 1 }, { a: { b: 'x' }, c: [1] }, { b: 1, a: 2 }],
  enum: [],
}

/** A value that the field takes; keys come from a pool of their own, so that they refer to each other. */
export function valueOf(field: Field): fc.Arbitrary<JsonValue> {
  if (field.primary || field.foreignKey !== undefined) return fc.constantFrom(...keysOf(field.type))
  const pool = field.type === 'enum' ? (field.values ?? []) : POOLS[field.type]
  return fc.constantFrom(...pool)
}

/** Sometimes NULL, where the field is nullable. */
export function storedValueOf(field: Field): fc.Arbitrary<JsonValue> {
  return field.nullable ? fc.option(valueOf(field), { freq: 4, nil: null }) : valueOf(field)
}

export const KEY_TYPES: readonly FieldType[] = ['string', 'integer', 'uuid', 'bigint']

function keysOf(type: FieldType): readonly JsonValue[] {
  if (type === 'integer') return [1, 2, 3, 4]
  if (type === 'bigint') return ['1', '2', '3', '9007199254740993']
  if (type === 'uuid')
    return ['1', '2', '3', '4'].map((n) => `00000000-0000-4000-8000-00000000000${n}`)
  return ['k1', 'k2', 'K1', 'k3']
}
