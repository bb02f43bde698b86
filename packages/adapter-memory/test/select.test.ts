import type { Adapter } from '@proj/dbal-contract'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  compare,
  failure,
  field,
  insert,
  literal,
  openShop,
  read,
  sortBy,
  TRUE,
  where,
} from './shop.ts'

const limit = { kind: 'param', index: 0, type: 'integer' } as const
const offset = { kind: 'param', index: 1, type: 'integer' } as const

let store: Adapter

beforeEach(async () => {
  store = openShop()
  await insert(
    store,
    'Customer',
    { id: 1, name: 'b', email: 'b@x.io', tier: 'paid', parentId: null },
    { id: 2, name: 'a', email: null, tier: 'free', parentId: 1 },
    { id: 3, name: 'B', email: 'c@x.io', tier: 'free', parentId: 1 },
  )
  await insert(
    store,
    'Order',
    { id: 10, customerId: 1, number: 1, total: '5.00', count: null },
    { id: 11, customerId: 1, number: 2, total: null, count: 7 },
    { id: 12, customerId: 1, number: 3, total: '10.00', count: 6 },
    { id: 13, customerId: 2, number: 1, total: '5.00', count: 8 },
  )
})

describe('select', () => {
  it('answers the fields asked for, in that order, and nothing inherited', async () => {
    const query = { kind: 'select', entity: 'Customer', where: TRUE, sort: [] } as const
    const { rows } = await store.run({ ...query, fields: ['tier', 'id'] }, [])
    expect(rows[0]).toEqual(Object.assign(Object.create(null), { tier: 'paid', id: 1 }))
    expect(Object.keys(rows[0] ?? {})).toEqual(['tier', 'id'])
    expect('constructor' in (rows[0] ?? {})).toBe(false)
  })

  it('keeps rows whose predicate is true, not unknown', async () => {
    const email = compare(field('Customer', 'email'), '!=', literal('b@x.io'))
    expect(await read(store, 'Customer', ['id'], { where: email })).toEqual([{ id: 3 }])
  })

  it('sorts by code point, with NULLs where the term says, whatever the direction', async () => {
    const by = (name: string, direction: 'asc' | 'desc', nulls: 'first' | 'last') =>
      read(store, 'Customer', ['id'], {
        sort: [sortBy(field('Customer', name), { direction, nulls })],
      })
    expect(await by('name', 'asc', 'last')).toEqual([{ id: 3 }, { id: 2 }, { id: 1 }])
    expect(await by('email', 'asc', 'last')).toEqual([{ id: 1 }, { id: 3 }, { id: 2 }])
    expect(await by('email', 'desc', 'last')).toEqual([{ id: 3 }, { id: 1 }, { id: 2 }])
    expect(await by('email', 'asc', 'first')).toEqual([{ id: 2 }, { id: 1 }, { id: 3 }])
    expect(await by('email', 'desc', 'first')).toEqual([{ id: 2 }, { id: 3 }, { id: 1 }])
  })

  it('sorts by paths and by counts of related rows', async () => {
    const orders = { kind: 'relationCount', relation: 'orders' } as const
    expect(
      await read(store, 'Customer', ['id'], { sort: [sortBy(orders, { direction: 'desc' })] }),
    ).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }])
    const parent = field('Customer', 'name', 'parent')
    expect(
      await read(store, 'Customer', ['id'], {
        sort: [sortBy(parent, { nulls: 'first' }), sortBy(field('Customer', 'name'))],
      }),
    ).toEqual([{ id: 1 }, { id: 3 }, { id: 2 }])
  })

  it.each([
    [
      [2, 1],
      [11, 12],
    ],
    [[0, 0], []],
    [[10, 3], [13]],
    [
      [null, 2],
      [12, 13],
    ],
    [
      [2, null],
      [10, 11],
    ],
    [[1, 9], []],
  ])('limit and offset %j', async (params, ids) => {
    const page = { limit, offset }
    const rows = await read(store, 'Order', ['id'], page, params)
    expect(rows).toEqual(ids.map((id) => ({ id })))
  })

  it('takes the first row of each combination, NULL being one', async () => {
    const total = sortBy(field('Order', 'total'), { direction: 'desc' })
    const sort = [total, sortBy(field('Order', 'id'), { direction: 'desc' })]
    expect(await read(store, 'Order', ['id'], { distinct: ['total'], sort })).toEqual([
      { id: 12 },
      { id: 13 },
      { id: 11 },
    ])
    expect(await read(store, 'Order', ['id'], { distinct: ['customerId', 'total'] })).toEqual([
      { id: 10 },
      { id: 11 },
      { id: 12 },
      { id: 13 },
    ])
  })

  it('leaves out a field unless its mask holds', async () => {
    const masks = { email: where('Customer', 'tier', 'paid'), name: { kind: 'false' } as const }
    expect(await read(store, 'Customer', ['id', 'email', 'name'], { masks })).toEqual([
      { id: 1, email: 'b@x.io' },
      { id: 2 },
      { id: 3 },
    ])
    const unknown = { id: compare(field('Customer', 'email'), '=', literal('b@x.io')) }
    expect(await read(store, 'Customer', ['id'], { masks: unknown })).toEqual([{ id: 1 }, {}, {}])
  })

  it('knows no other entity, field or relation', async () => {
    expect(await failure(read(store, 'Ghost', []))).toBe('INTERNAL_ERROR')
    expect(await failure(read(store, 'Customer', ['constructor']))).toBe('INTERNAL_ERROR')
  })
})

describe('include', () => {
  const ordersOf = (more: object = {}, want: 'rows' | 'count' = 'rows') => ({
    relation: 'orders',
    as: 'orders',
    want,
    query: {
      kind: 'select' as const,
      entity: 'Order',
      fields: ['id'],
      where: TRUE,
      sort: [sortBy(field('Order', 'id'))],
      ...more,
    },
  })

  it('gives rows, one row or null, beside each parent', async () => {
    const parent = {
      relation: 'parent',
      as: 'boss',
      want: 'rows' as const,
      query: {
        kind: 'select' as const,
        entity: 'Customer',
        fields: ['name'],
        where: TRUE,
        sort: [],
      },
    }
    expect(await read(store, 'Customer', ['id'], { include: [parent, ordersOf()] })).toEqual([
      { id: 1, boss: null, orders: [{ id: 10 }, { id: 11 }, { id: 12 }] },
      { id: 2, boss: { name: 'b' }, orders: [{ id: 13 }] },
      { id: 3, boss: { name: 'b' }, orders: [] },
    ])
  })

  it('holds limit and offset per parent, and counts without them', async () => {
    const include = [
      ordersOf({ limit, offset, sort: [sortBy(field('Order', 'id'), { direction: 'desc' })] }),
    ]
    expect(await read(store, 'Customer', ['id'], { include }, [1, 1])).toEqual([
      { id: 1, orders: [{ id: 11 }] },
      { id: 2, orders: [] },
      { id: 3, orders: [] },
    ])
    const five = compare(field('Order', 'total'), '=', literal('5'))
    const counts = [ordersOf({ where: five, limit }, 'count')]
    expect(await read(store, 'Customer', ['id'], { include: counts }, [0])).toEqual([
      { id: 1, orders: 1 },
      { id: 2, orders: 1 },
      { id: 3, orders: 0 },
    ])
  })

  it('nests, with masks and predicates of the inner entity', async () => {
    const customer = {
      relation: 'customer',
      as: 'customer',
      want: 'rows' as const,
      query: {
        kind: 'select' as const,
        entity: 'Customer',
        fields: ['id', 'email'],
        where: where('Customer', 'tier', 'paid'),
        sort: [],
        masks: { email: where('Customer', 'id', 2) },
      },
    }
    const include = [ordersOf({ include: [customer], where: where('Order', 'number', 1) })]
    expect(await read(store, 'Customer', ['id'], { include })).toEqual([
      { id: 1, orders: [{ id: 10, customer: { id: 1 } }] },
      { id: 2, orders: [{ id: 13, customer: null }] },
      { id: 3, orders: [] },
    ])
  })
})

describe('what a caller is given', () => {
  it('shares nothing with the store', async () => {
    const placedAt = new Date(5)
    const blob = new Uint8Array([1])
    const meta = { list: [1] }
    await insert(store, 'Order', { id: 20, customerId: 3, placedAt, blob, meta })
    const fields = ['placedAt', 'blob', 'meta']
    const stored = { placedAt: new Date(5), blob: new Uint8Array([1]), meta: { list: [1] } }
    const twenty = { where: where('Order', 'id', 20) }
    const change = (row: typeof stored): void => {
      row.placedAt.setTime(6)
      row.blob[0] = 2
      row.meta.list.push(2)
    }
    change({ placedAt, blob, meta })
    const [first] = await read(store, 'Order', fields, twenty)
    expect(first).toEqual(stored)
    change(first as typeof stored)
    expect(await read(store, 'Order', fields, twenty)).toEqual([stored])
  })
})
