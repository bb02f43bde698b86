import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeInput, decodeMisfits, encodeInput, JsonNull } from '../src/index.ts'
import { entity, library } from './library.ts'

function roundTrip(action: string, input: Readonly<Record<string, unknown>>): unknown {
  const author = entity('Author')
  const operation = author.operations.get(action)
  if (operation === undefined) throw new Error(action)
  const { params, misfits } = encodeInput(library, author, operation, input)
  const received: unknown = JSON.parse(JSON.stringify(params))
  const read = misfits ? decodeMisfits(received) : received
  return decodeInput(library, author, operation, read as Record<string, unknown>)
}

const joined = new Date(86_400_000)
const photo = new Uint8Array([0, 255])

describe('encodeInput', () => {
  it.each<[string, string, Readonly<Record<string, unknown>>]>([
    ['create', 'data', { words: 9007199254740993n, joined, photo, meta: JsonNull, pay: '1.50' }],
    ['create', 'null', { words: null, meta: null, photo: null }],
    ['create', 'json that looks like a wrapper', { meta: { $json: null } }],
    ['create', 'related records', { books: { create: [{ title: 'x' }], connect: { id: 1 } } }],
    ['update', 'an increment', { id: 1, words: { increment: 5n } }],
    [
      'list',
      'conditions',
      { filter: { words: { in: [1n, 2n], ne: 3n }, joined: { gte: joined } } },
    ],
    ['list', 'fields beside the filter', { words: 5n, filter: { NOT: { OR: [{ words: 2n }] } } }],
    ['list', "JSON's null as a condition", { filter: { meta: JsonNull } }],
    ['list', "JSON's null as an operand", { filter: { meta: { equals: JsonNull } } }],
    ['list', 'a json path', { filter: { meta: { path: ['a', 0], equals: { $json: 1 } } } }],
    ['list', 'relations', { filter: { books: { some: { author: { words: 2n } } } } }],
    ['list', 'includes', { include: { pupils: { filter: { words: { gt: 2n } } } } }],
    ['upsert', 'parts', { where: { id: 1 }, create: { words: 1n }, update: { photo } }],
    ['create_many', 'items', { items: [{ words: 1n }, { photo, joined }] }],
    ['update_many', 'a filter and data', { filter: { words: 1n }, data: { joined } }],
    ['aggregate', 'having', { having: { sum: { words: { gt: 5n } }, words: { lt: 9n } } }],
  ])('%s: keeps %s', (action, _, input) => {
    expect(roundTrip(action, input)).toEqual(input)
  })

  it('keeps a text a text where the app form is none', () => {
    const input = { words: '5', photo: 'AQ==' }
    expect(roundTrip('create', input)).toEqual(input)
  })

  it.each([undefined, NaN, Infinity, -Infinity, -0, 5n, joined, photo, JsonNull, 'a\ud800'])(
    'keeps %s where no field gives it a spelling',
    (value) => {
      const back = roundTrip('list', { limit: value, sort: [{ a: value }] })
      expect(back).toEqual({ limit: value, sort: [{ a: value }] })
    },
  )

  it.each([
    ['a function', () => 1, 'function'],
    ['a symbol', Symbol('x'), 'object'],
    ['a Map', new Map(), 'object'],
  ])('makes %s something that no input may be', (_, value, type) => {
    const { limit } = roundTrip('list', { limit: value }) as { limit: unknown }
    expect(Object.getPrototypeOf(limit)).not.toBe(Object.prototype)
    expect(typeof limit).toBe(type)
  })

  it('keeps the holes of a list as undefined', () => {
    // oxlint-disable-next-line no-sparse-arrays -- it is what is tested
    expect(roundTrip('list', { select: [, 'name'] })).toEqual({ select: [undefined, 'name'] })
  })

  it('refuses a circle', () => {
    const circle: Record<string, unknown> = {}
    circle['AND'] = circle
    expect(() => roundTrip('list', { filter: circle })).toThrow(
      expect.objectContaining({ code: 'VALIDATION_ERROR' }),
    )
  })

  it('keeps any input', () => {
    const anything = fc.dictionary(
      fc.string(),
      fc.anything({ withBigInt: true, withDate: true, withNullPrototype: false, maxDepth: 4 }),
      { noNullPrototype: true },
    )
    fc.assert(
      fc.property(anything, (sort) => {
        expect(roundTrip('list', { sort })).toEqual({ sort })
      }),
      { seed: 11, numRuns: 500 },
    )
  })
})
