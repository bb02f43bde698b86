import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addDecimals,
  compareDecimals,
  decimalOfNumber,
  divideDecimal,
  parseDecimal,
  printDecimal,
  type Decimal,
} from '../src/index.ts'

function decimal(text: string): Decimal {
  const parsed = parseDecimal(text)
  if (parsed === undefined) throw new Error(text)
  return parsed
}

describe('decimals', () => {
  it('adds exactly what doubles do not', () => {
    expect(printDecimal(addDecimals(decimal('0.1'), decimal('0.2')), 2)).toBe('0.30')
    const big = addDecimals(decimal('12345678901234567890.123456789'), decimal('0.000000001'))
    expect(printDecimal(big, 9)).toBe('12345678901234567890.123456790')
  })

  it.each([
    ['1', 3n, 2, '0.33'],
    ['2', 3n, 2, '0.67'],
    ['0.25', 1n, 1, '0.3'],
    ['-0.25', 1n, 1, '-0.3'],
    ['-1', 2n, 0, '-1'],
    ['-0.01', 3n, 2, '0.00'],
  ])('%s / %s with %s digits is %s, halves away from zero', (text, count, scale, expected) => {
    expect(printDecimal(divideDecimal(decimal(text), count, scale), scale)).toBe(expected)
  })

  it('reads a number as its shortest text', () => {
    expect(decimalOfNumber(0.1)).toEqual({ units: 1n, scale: 1 })
    expect(decimalOfNumber(-1.5e-7)).toEqual({ units: -15n, scale: 8 })
    expect(decimalOfNumber(1.5e21)).toEqual({ units: 1500000000000000000000n, scale: 0 })
    expect(decimalOfNumber(-0)).toEqual({ units: 0n, scale: 0 })
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const { units, scale } = decimalOfNumber(value)
        expect(Number(`${units}e${-scale}`)).toBe(value + 0)
      }),
    )
  })

  it('compares across scales', () => {
    expect(compareDecimals(decimal('1.50'), decimal('1.5'))).toBe(0)
    expect(compareDecimals(decimal('-1.51'), decimal('-1.5'))).toBe(-1)
  })
})
