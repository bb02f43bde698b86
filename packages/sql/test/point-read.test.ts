// Which queries may be answered together, and which calls of one. What they answer is tested on the engines.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Params, SelectQuery, Value } from '@proj/dbal-contract'
import { postgresql } from '../src/index.ts'
import { groupCalls } from '../src/plan/group-calls.ts'
import { pointKeys, type PointKey } from '../src/plan/point-read.ts'
import { compileModel, equal, order, param, select, shop } from './shop.ts'

const byId = select({ where: equal(order('id'), param(0, 'integer')) })

function keysOf(query: SelectQuery, model = shop): readonly string[] {
  return pointKeys(model, postgresql, query).map(({ field, index }) => `${field.name} ${index}`)
}

test('a read of one row may differ in its key', () => {
  const open = equal(order('open'), param(1, 'boolean'))
  const and = (...terms: SelectQuery['where'][]) => ({ kind: 'and', terms }) as const
  expect(keysOf(byId)).toEqual(['id 0'])
  expect(keysOf({ ...byId, where: and(open, and(byId.where)) })).toEqual(['id 0'])
  expect(
    keysOf({ ...byId, where: and(byId.where, equal(order('id'), param(1, 'integer'))) }),
  ).toEqual(['id 0', 'id 1'])
  const model = compileModel(`
entity: Seat
fields:
  row: { type: integer, required: true }
  place: { type: string, required: true }
  guest: { type: string, nullable: true }
primary_key: [row, place]
`)
  const of = (field: string, type: 'integer' | 'string', index: number) =>
    equal({ kind: 'field', path: [], field, type }, param(index, type))
  const seat = { ...byId, entity: 'Seat', fields: ['guest'] }
  const [row, place, guest] = [
    of('row', 'integer', 0),
    of('place', 'string', 1),
    of('guest', 'string', 2),
  ]
  expect(keysOf({ ...seat, where: and(row, place, guest) }, model)).toEqual(['row 0', 'place 1'])
  expect(keysOf({ ...seat, where: and(row, guest) }, model)).toEqual([])
})

test('what answers more than one row by one key runs alone', () => {
  const one = param(1, 'integer')
  const include = {
    relation: 'customer',
    as: 'customer',
    want: 'rows',
    query: select({ entity: 'Customer', fields: ['id'] }),
  } as const
  const others: SelectQuery[] = [
    select({}),
    { ...byId, limit: one },
    { ...byId, offset: one },
    { ...byId, distinct: ['open'] },
    { ...byId, include: [include] },
    { ...byId, forUpdate: true },
    { ...byId, where: { kind: 'or', terms: [byId.where, byId.where] } },
    { ...byId, where: { kind: 'not', term: byId.where } },
    { ...byId, where: equal(order('open'), param(0, 'boolean')) },
    { ...byId, where: equal(order('id', 'customer'), param(0, 'uuid')) },
    { ...byId, where: equal(order('id'), param(0, 'decimal')) },
    { ...byId, masks: { total: byId.where } },
    {
      ...byId,
      where: { kind: 'compare', op: '=', left: order('id'), right: { kind: 'literal', value: 1 } },
    },
  ]
  expect(others.map((query) => keysOf(query))).toEqual(others.map(() => []))
})

test('calls go together where all but the key is equal', () => {
  const [key] = pointKeys(shop, postgresql, byId) as [PointKey]
  const value = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom<Value | undefined>(
        null,
        undefined,
        1,
        1n,
        '1',
        true,
        'true',
        's1:',
      ),
    },
    fc.constantFrom<Value>(
      '',
      ';',
      '1;',
      'n',
      new Date(1),
      new Uint8Array([1]),
      { a: 1 },
      { a: 2 },
      [],
    ),
  )
  const item = fc.oneof({ weight: 4, arbitrary: value }, fc.array(value, { maxLength: 2 }))
  const pair = fc.tuple(fc.integer(), item, item).map((params) => params as Params)
  const property = fc.property(pair, pair, (one, other) => {
    const calls = [{ params: one }, { params: other }]
    const groups = groupCalls([key], calls)
    let isEqual = true
    try {
      expect(one.slice(1)).toStrictEqual(other.slice(1))
    } catch {
      isEqual = false
    }
    expect(groups.map((group) => group.calls)).toEqual(
      isEqual ? [calls] : calls.map((call) => [call]),
    )
  })
  fc.assert(property, { numRuns: 2000 })
})
