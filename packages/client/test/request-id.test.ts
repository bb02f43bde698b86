// The text of ids of calls: UUIDs of version 7, whose time can be read back.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { printUuid7 } from '../src/operation/print-uuid.ts'

const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 })

test('has the form, the time and the random bytes', () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 48 - 1 }), bytes, (milliseconds, random) => {
      const text = printUuid7(milliseconds, random)
      expect(text).toMatch(FORM)
      expect(Number.parseInt(text.slice(0, 8) + text.slice(9, 13), 16)).toBe(milliseconds)
      expect(text.slice(24)).toBe(Buffer.from(random.subarray(10)).toString('hex'))
    }),
  )
})
