import type { Adapter, AggregateFunction, AggregateQuery, Params } from '@proj/dbal-contract'
import { beforeEach, describe, expect, it } from 'vitest'
import { compare, failure, field, insert, literal, openShop, sortBy, TRUE } from './shop.ts'

let store: Adapter

beforeEach(async () => {
  store = openShop()
  await insert(store, 'Customer', { id: 1, name: 'a' }, { id: 2, name: 'b' })
})

const term = (fn: AggregateFunction, of?: string) => ({
  function: fn,
  as: of === undefined ? fn : `${fn}:${of}`,
  ...(of === undefined ? {} : { field: of }),
})

async function aggregate(more: Partial<AggregateQuery>, params: Params = []): Promise<object[]> {
  const query = {
    kind: 'aggregate',
    entity: 'Order',
    where: TRUE,
    groupBy: [],
    terms: [],
    sort: [],
  }
  const { rows } = await store.run({ ...query, ...more } as AggregateQuery, params)
  return rows.map((row) => ({ ...row }))
}

describe('aggregate', () => {
  it('counts nothing as 0 and sums it as null', async () => {
    const terms = [
      term('count'),
      term('count', 'total'),
      ...(['sum', 'avg', 'min', 'max'] as const).map((fn) => term(fn, 'total')),
    ]
    expect(await aggregate({ terms })).toEqual([
      {
        count: 0,
        'count:total': 0,
        'sum:total': null,
        'avg:total': null,
        'min:total': null,
        'max:total': null,
      },
    ])
    expect(await aggregate({ terms, groupBy: ['number'] })).toEqual([])
  })

  it('keeps every type exact', async () => {
    await insert(
      store,
      'Order',
      { id: 1, customerId: 1, count: 1, units: 9007199254740993n, total: '0.10', weight: 0.5 },
      { id: 2, customerId: 1, count: 2, units: 3n, total: '0.20', weight: 1.5 },
      { id: 3, customerId: 1, count: null, units: null, total: null, weight: null },
    )
    const terms = ['count', 'units', 'total', 'weight'].flatMap((of) =>
      (['sum', 'avg', 'min', 'max'] as const).map((fn) => term(fn, of)),
    )
    expect(await aggregate({ terms: [...terms, term('count'), term('count', 'count')] })).toEqual([
      {
        'sum:count': 3,
        'avg:count': 1.5,
        'min:count': 1,
        'max:count': 2,
        'sum:units': 9007199254740996n,
        'avg:units': 4503599627370498,
        'min:units': 3n,
        'max:units': 9007199254740993n,
        'sum:total': '0.30',
        'avg:total': '0.15',
        'min:total': '0.10',
        'max:total': '0.20',
        'sum:weight': 2,
        'avg:weight': 1,
        'min:weight': 0.5,
        'max:weight': 1.5,
        count: 3,
        'count:count': 2,
      },
    ])
  })

  it('compares decimals as numbers and rounds averages half away from zero', async () => {
    await insert(
      store,
      'Order',
      { id: 1, customerId: 1, total: '-9.00' },
      { id: 2, customerId: 1, total: '-10.01' },
    )
    const terms = [term('min', 'total'), term('max', 'total'), term('avg', 'total')]
    expect(await aggregate({ terms })).toEqual([
      { 'min:total': '-10.01', 'max:total': '-9.00', 'avg:total': '-9.51' },
    ])
  })

  it('answers an overflow with an error, never with a rounded number', async () => {
    await insert(
      store,
      'Order',
      { id: 1, customerId: 1, units: 9223372036854775807n, weight: 1.7e308 },
      { id: 2, customerId: 1, units: 1n, weight: 1.7e308 },
    )
    const sum = (of: string) => failure(aggregate({ terms: [term('sum', of)] }))
    expect(await sum('units')).toBe('VALIDATION_ERROR units')
    expect(await sum('weight')).toBe('VALIDATION_ERROR weight')
  })

  it('has no functions for types without a sum or an order', async () => {
    await insert(store, 'Order', { id: 1, customerId: 1, meta: { a: 1 } })
    expect(await failure(aggregate({ terms: [term('max', 'open')] }))).toBe('VALIDATION_ERROR open')
    expect(await failure(aggregate({ terms: [term('min', 'meta')] }))).toBe('VALIDATION_ERROR meta')
    expect(await failure(aggregate({ terms: [term('sum', 'open')] }))).toBe('VALIDATION_ERROR open')
  })

  it('groups, NULL being a group, and has having, sort and limit', async () => {
    await insert(
      store,
      'Order',
      { id: 1, customerId: 1, number: null, total: '1.00' },
      { id: 2, customerId: 2, number: null, total: '2.00' },
      { id: 3, customerId: 1, number: 1, total: '3.00' },
      { id: 4, customerId: 2, number: 1, total: '3.00' },
      { id: 5, customerId: 1, number: 2, total: null },
    )
    const query = {
      groupBy: ['number'],
      terms: [term('count'), term('sum', 'total')],
      sort: [sortBy(field('Order', 'number'))],
    }
    expect(await aggregate(query)).toEqual([
      { number: 1, count: 2, 'sum:total': '6.00' },
      { number: 2, count: 1, 'sum:total': null },
      { number: null, count: 2, 'sum:total': '3.00' },
    ])
    const total = { kind: 'field', path: [], field: 'sum:total', type: 'decimal' } as const
    const having = compare(total, '>', literal('2.5'))
    const sort = [sortBy(total, { direction: 'desc' })]
    const limit = { kind: 'param', index: 0, type: 'integer' } as const
    expect(await aggregate({ ...query, having, sort, limit }, [1])).toEqual([
      { number: 1, count: 2, 'sum:total': '6.00' },
    ])
    expect(await aggregate({ ...query, having, sort, limit, offset: limit }, [1])).toEqual([
      { number: null, count: 2, 'sum:total': '3.00' },
    ])
  })
})
