// A decimal beside a float is the double that JavaScript reads it as, also where it is all but halfway
// between two of them.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { onEachLibrary } from './libraries.ts'
import { compare, compileModel, insert, read } from './library.ts'

const SCALES = [0, 2, 6, 9, 15, 16, 18] as const
const ROWS = 400

/** The middle between two neighbouring doubles, cut after `scale` digits; then a unit more or less. */
function nearHalf(scale: number): fc.Arbitrary<string> {
  const bits = fc.bigInt({ min: 2n ** 52n, max: 2n ** 53n - 1n })
  const power = fc.bigInt({ min: -7n, max: 61n })
  const parts = fc.tuple(bits, power, fc.bigInt({ min: -1n, max: 1n }), fc.boolean())
  return parts
    .map(([mantissa, exponent, off, negative]) => {
      const halves = (2n * mantissa + 1n) * 10n ** BigInt(scale)
      const shift = 53n - exponent
      const units = (shift > 0n ? halves >> shift : halves << -shift) + off
      return { units, negative: negative && units !== 0n }
    })
    .filter(({ units }) => units >= 0n && units < 10n ** BigInt(18 + scale))
    .map(({ units, negative }) => {
      const digits = String(units).padStart(scale + 1, '0')
      const point = digits.length - scale
      const text = scale === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`
      return negative ? `-${text}` : text
    })
}

onEachLibrary((open) => {
  test.each(SCALES)('of %i digits after the point', async (scale) => {
    const model = compileModel(`
entity: Half
fields:
  id: { type: integer, primary: true }
  exact: { type: decimal, precision: ${18 + scale}, scale: ${scale} }
  near: { type: float }
`)
    const adapter = await open({ model })
    const { seed } = fc.readConfigureGlobal()
    const values = fc.sample(nearHalf(scale), {
      numRuns: ROWS,
      ...(seed === undefined ? {} : { seed }),
    })
    const rows = values.map((value, id) => ({ id, exact: value, near: Number(value) + 0 }))
    await insert(adapter, 'Half', ...rows)
    const exact = { kind: 'field', path: [], field: 'exact', type: 'decimal' } as const
    const near = { kind: 'field', path: [], field: 'near', type: 'float' } as const
    const alike = await read(adapter, 'Half', ['id'], { where: compare(exact, '=', near) })
    expect(alike).toHaveLength(ROWS)
    await adapter.close()
  })
})
