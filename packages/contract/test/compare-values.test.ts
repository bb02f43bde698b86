import fc from 'fast-check'
import type { FieldType } from '@proj/dbal-schema'
import { describe, expect, it } from 'vitest'
import { compareText, compareValues, JsonNull, sameValue, type Value } from '../src/index.ts'

/** Each list is in ascending order. */
const ORDERED: readonly (readonly [FieldType, readonly Value[]])[] = [
  ['integer', [-2147483648, -1, 0, 2147483647]],
  ['float', [-1e308, -0.5, 0, 5e-324, 1e308]],
  ['bigint', [-9223372036854775808n, 9007199254740992n, 9007199254740993n]],
  ['decimal', ['-10.00', '-9.99', '0.00', '9.00', '10.00', '12345678901234567890.01']],
  ['boolean', [false, true]],
  ['datetime', [new Date(-1), new Date(0), new Date(1)]],
  ['date', ['0001-01-01', '2024-02-29', '9999-12-31']],
  ['time', ['00:00:00', '10:00:00', '10:00:00.500', '10:00:01']],
  ['string', ['', '10', '9', 'A', 'B', 'Z', '_', 'a', 'ab', 'b', 'é', '\ufffd', '👍']],
  ['bytes', [new Uint8Array(), new Uint8Array([1]), new Uint8Array([1, 0]), new Uint8Array([255])]],
]

describe.each(ORDERED)('compareValues: %s', (type, values) => {
  it('orders', () => {
    for (const [i, a] of values.entries()) {
      for (const [j, b] of values.entries())
        expect(Math.sign(compareValues(type, a, b)), `${i} ${j}`).toBe(Math.sign(i - j))
    }
  })
})

describe('compareText', () => {
  it('is the order of UTF-8 bytes', () => {
    const text = fc.string({ unit: 'binary' })
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
      }),
    )
  })
})

describe('compareValues', () => {
  it('agrees with integers of any size on decimals', () => {
    const units = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n })
    const print = (value: bigint) => {
      const digits = (value < 0n ? -value : value).toString().padStart(3, '0')
      return `${value < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
    }
    fc.assert(
      fc.property(units, units, (a, b) => {
        const order = a < b ? -1 : a > b ? 1 : 0
        expect(compareValues('decimal', print(a), print(b))).toBe(order)
      }),
    )
  })
})

describe('sameValue', () => {
  it('tells NULL from JSON null and looks through key order', () => {
    expect(sameValue('json', null, null)).toBe(true)
    expect(sameValue('json', null, JsonNull)).toBe(false)
    expect(sameValue('json', JsonNull, JsonNull)).toBe(true)
    expect(sameValue('json', { a: 1, b: [{ c: 1, d: 2 }] }, { b: [{ d: 2, c: 1 }], a: 1 })).toBe(
      true,
    )
    expect(sameValue('json', [1, 2], [2, 1])).toBe(false)
    expect(sameValue('string', 'a', 'A')).toBe(false)
    expect(sameValue('string', 'é', 'e\u0301')).toBe(false)
  })
})
