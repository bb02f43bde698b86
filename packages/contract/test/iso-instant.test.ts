// Instants in our own spelling: as the platform reads them, and nothing else.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDatetime, readIsoInstant } from '../src/index.ts'

const instants = fc.date({
  min: new Date('0001-01-01T00:00:00.000Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
})

test('reads what the platform prints', () => {
  fc.assert(
    fc.property(instants, (instant) => {
      expect(readIsoInstant(instant.toISOString())).toBe(instant.getTime())
      expect(parseDatetime(instant.toISOString())).toEqual(instant)
    }),
  )
})

test('reads a text with one character changed as the platform does, or not at all', () => {
  const place = fc.nat({ max: 22 })
  const character = fc.constantFrom(...'0123456789-:T. /Z')
  fc.assert(
    fc.property(instants, place, character, (instant, at, other) => {
      const text = instant.toISOString()
      const changed = text.slice(0, at) + other + text.slice(at + 1)
      const read = readIsoInstant(changed)
      if (read !== undefined) expect(new Date(read).toISOString()).toBe(changed)
    }),
  )
})

test.each([
  '2023-02-29T00:00:00.000Z',
  '1900-02-29T00:00:00.000Z',
  '2024-04-31T00:00:00.000Z',
  '2024-00-10T00:00:00.000Z',
  '2024-13-10T00:00:00.000Z',
  '2024-01-00T00:00:00.000Z',
  '2024-01-01T24:00:00.000Z',
  '2024-01-01T00:60:00.000Z',
  '2024-01-01 00:00:00.000Z',
  '2024-01-01T00:00:00',
  '',
])('%s is no instant in this spelling', (text) => {
  expect(readIsoInstant(text)).toBeUndefined()
})

test('knows the leap days of centuries', () => {
  expect(readIsoInstant('2000-02-29T12:00:00.000')).toBe(Date.UTC(2000, 1, 29, 12))
  expect(parseDatetime('0000-01-01T00:00:00.000Z')).toBeUndefined()
})
