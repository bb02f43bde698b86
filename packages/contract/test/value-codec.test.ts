import fc from 'fast-check'
import type { Field } from '@proj/dbal-schema'
import { describe, expect, it } from 'vitest'
import {
  canonicalValue,
  decodeStored,
  decodeValue,
  encodeValue,
  JsonNull,
  type Value,
} from '../src/index.ts'
import { makeField } from './make-field.ts'

const text = fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0'))
const json = fc
  .jsonValue({ maxDepth: 4, noUnicodeString: false })
  .map((value) => JSON.parse(JSON.stringify(value)) as unknown)

/** App values for each type; those the field refuses are skipped. */
const SAMPLES: readonly (readonly [Field, fc.Arbitrary<unknown>])[] = [
  [makeField('uuid'), fc.uuid()],
  [makeField('string'), text],
  [makeField('enum', { values: ['a', 'b'] }), fc.constantFrom('a', 'b')],
  [makeField('integer'), fc.integer()],
  [makeField('bigint'), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  [makeField('float'), fc.double({ noNaN: true, noDefaultInfinity: true })],
  [
    makeField('decimal', { precision: 30, scale: 4 }),
    fc
      .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.nat(9999))
      .map(([a, b]) => `${a}.${b}`),
  ],
  [makeField('boolean'), fc.boolean()],
  [
    makeField('datetime'),
    fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T00:00:00Z'),
      noInvalidDate: true,
    }),
  ],
  [makeField('date'), fc.constantFrom('2024-02-29', '0001-01-01')],
  [makeField('time'), fc.constantFrom('10:00', '10:00:00.120')],
  [makeField('bytes'), fc.uint8Array()],
  [
    makeField('json'),
    fc.oneof(
      json,
      fc.constant(JsonNull),
      fc.record({ $json: json }),
      fc.constant({ $json: { $json: null } }),
    ),
  ],
]

describe.each(SAMPLES.map(([field, samples]) => [field.type, field, samples] as const))(
  'the wire form of %s',
  (_type, field, samples) => {
    it('comes back as it was, through text', () => {
      fc.assert(
        fc.property(fc.option(samples), (sample) => {
          const checked = canonicalValue(field, sample)
          fc.pre(checked.ok)
          const value = checked.ok ? checked.value : null
          const wire: unknown = JSON.parse(JSON.stringify(encodeValue(field, value)))
          expect(decodeValue(field, wire)).toStrictEqual({ ok: true, value })
          expect(decodeStored(field, wire as string)).toStrictEqual({ ok: true, value })
        }),
      )
    })
  },
)

describe('encodeValue', () => {
  it.each([
    ['bigint', 9007199254740993n, '9007199254740993'],
    ['decimal', '1.50', '1.50'],
    ['datetime', new Date(5), '1970-01-01T00:00:00.005Z'],
    ['bytes', new Uint8Array([255, 254]), '//4='],
    ['json', JsonNull, { $json: null }],
    ['json', { $json: 1 }, { $json: { $json: 1 } }],
    ['json', { $json: 1, a: 2 }, { $json: 1, a: 2 }],
    ['json', null, null],
    ['string', 'a', 'a'],
  ] as const)('%s (case %#)', (type, value, wire) => {
    expect(encodeValue({ type }, value as Value)).toEqual(wire)
  })
})

describe('decodeValue', () => {
  it.each([
    ['bigint', '12x'],
    ['bigint', '99999999999999999999'],
    ['bigint', '9223372036854775808'],
    ['bigint', ''],
    ['bigint', 1.5],
    ['bytes', 'AQ'],
    ['bytes', 'A Q=='],
    ['bytes', 'AR=='],
    ['bytes', [1]],
    ['datetime', new Date(0)],
    ['datetime', 5],
    ['decimal', '1.1234567'],
    ['json', { $json: { a: undefined } }],
  ] as const)('refuses %s %j', (type, wire) => {
    expect(decodeValue(makeField(type), wire).ok).toBe(false)
  })

  it('takes a safe number for a bigint', () => {
    expect(decodeValue(makeField('bigint'), 5)).toEqual({ ok: true, value: 5n })
  })

  it('holds the field to its bounds, which decodeStored leaves to the writer', () => {
    const field = makeField('string', { maxLength: 1, nullable: false })
    expect(decodeValue(field, 'ab').ok).toBe(false)
    expect(decodeValue(field, null).ok).toBe(false)
    expect(decodeStored(field, 'ab')).toEqual({ ok: true, value: 'ab' })
  })
})
