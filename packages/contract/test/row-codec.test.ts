import type { OperationSpec } from '@proj/dbal-schema'
import { describe, expect, it } from 'vitest'
import { decodeRow, encodeResult, encodeRow, type ResultRow } from '../src/index.ts'
import { entity, library } from './library.ts'

const row: ResultRow = {
  id: 1,
  words: 9007199254740993n,
  pay: '1.50',
  joined: new Date(5),
  photo: new Uint8Array([1]),
  meta: { a: 1 },
  mentor: null,
  books: [{ id: 7, title: 'x', author: { id: 1, words: 2n } }],
  pupils: 3,
}

const wire = {
  id: 1,
  words: '9007199254740993',
  pay: '1.50',
  joined: '1970-01-01T00:00:00.005Z',
  photo: 'AQ==',
  meta: { a: 1 },
  mentor: null,
  books: [{ id: 7, title: 'x', author: { id: 1, words: '2' } }],
  pupils: 3,
}

function operation(name: string): OperationSpec {
  const spec = entity('Author').operations.get(name)
  if (spec === undefined) throw new Error(name)
  return spec
}

describe('encodeRow', () => {
  it('encodes values and includes at every depth, and back', () => {
    expect(encodeRow(library, 'Author', row)).toEqual(wire)
    expect(decodeRow(library, 'Author', wire)).toEqual(row)
  })

  it('leaves out keys the entity does not have, also inherited ones', () => {
    const odd = Object.assign(Object.create({ name: 'inherited' }), { id: 1, other: 2 })
    expect(encodeRow(library, 'Author', odd)).toEqual({ id: 1 })
  })
})

describe('decodeRow', () => {
  it.each([
    [{ joined: 'yesterday' }],
    [{ words: 'many' }],
    [{ photo: '?' }],
    [{ books: [{ author: { words: 'x' } }] }],
    [[]],
    [null],
  ])('answers DATA_CORRUPT for %j', (json) => {
    expect(() => decodeRow(library, 'Author', json)).toThrow(
      expect.objectContaining({ code: 'DATA_CORRUPT' }),
    )
  })
})

describe('encodeResult', () => {
  it.each([
    ['read', row, wire],
    ['list', { data: [row], limit: 1, hasMore: false }, { data: [wire], limit: 1, hasMore: false }],
    ['create_many', 2, 2],
    ['delete', true, true],
    ['count', 5, 5],
    ['read', undefined, null],
    [
      'aggregate',
      {
        count: 2,
        sum: { words: 5n, pay: '3.00' },
        avg: { words: 2.5 },
        max: { joined: new Date(5) },
      },
      {
        count: 2,
        sum: { words: '5', pay: '3.00' },
        avg: { words: 2.5 },
        max: { joined: '1970-01-01T00:00:00.005Z' },
      },
    ],
    [
      'aggregate',
      [{ joined: null, count: 1, sum: { rank: null } }],
      [{ joined: null, count: 1, sum: { rank: null } }],
    ],
  ])('%s', (name, result, expected) => {
    expect(encodeResult(library, 'Author', operation(name), result)).toEqual(expected)
  })
})
