// The twins of src/platform do the same.
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as browserBase64 from '../src/platform/browser/base64.ts'
import * as browserBrands from '../src/platform/browser/brands.ts'
import * as nodeBase64 from '../src/platform/node/base64.ts'
import * as nodeBrands from '../src/platform/node/brands.ts'

const brands: Readonly<Record<string, typeof nodeBrands>> = {
  node: nodeBrands,
  browser: browserBrands,
}
const twin: typeof nodeBase64 = browserBase64

const real = [
  [new Date(0), 'date'],
  [new Date(Number.NaN), 'date'],
  [runInNewContext('new Date(0)'), 'date'],
  [Object.setPrototypeOf(new Date(0), null), 'date'],
  [new Uint8Array(2), 'bytes'],
  [Buffer.from('a'), 'bytes'],
  [runInNewContext('new Uint8Array(2)'), 'bytes'],
  [Object.setPrototypeOf(new Uint8Array(2), null), 'bytes'],
] as const
const others = [
  Object.create(Date.prototype),
  Object.create(Uint8Array.prototype),
  { [Symbol.toStringTag]: 'Date', getTime: () => 0 },
  { [Symbol.toStringTag]: 'Uint8Array' },
  new Uint16Array(2),
  new Uint8ClampedArray(2),
  new DataView(new ArrayBuffer(2)),
  new ArrayBuffer(2),
  [],
  {},
  0,
  '2024-01-01',
  null,
  undefined,
].map((value) => [value, 'neither'] as const)

describe.each(Object.entries(brands))('in %s', (_, { isDate, isUint8Array }) => {
  test.each([...real, ...others])('%# is told by what it is', (value, kind) => {
    expect(isDate(value)).toBe(kind === 'date')
    expect(isUint8Array(value)).toBe(kind === 'bytes')
  })
})

test('bytes have one base64', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const text = nodeBase64.encodeBase64(bytes)
      expect(twin.encodeBase64(bytes)).toBe(text)
      expect(twin.readBase64(text)).toEqual(bytes)
      expect(nodeBase64.readBase64(text)).toEqual(bytes)
    }),
  )
})
