import type { Adapter, Value } from '@proj/dbal-contract'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  compare,
  failure,
  field,
  insert,
  literal,
  openShop,
  read,
  remove,
  TRUE,
  update,
  where,
} from './shop.ts'

let store: Adapter

beforeEach(async () => {
  store = openShop()
  await insert(store, 'Customer', { id: 1, name: 'a', email: 'a@x.io' }, { id: 2, name: 'b' })
})

const orders = (...fields: string[]) => read(store, 'Order', fields)

describe('insert', () => {
  it('stores every field: the given, the default, NULL', async () => {
    const { rows, count } = await insert(store, 'Order', { id: 1, customerId: 1 })
    expect({ rows, count }).toEqual({ rows: [], count: 1 })
    expect(await orders('id', 'open', 'total')).toEqual([{ id: 1, open: true, total: null }])
  })

  it('stores all rows or none', async () => {
    const work = insert(
      store,
      'Order',
      { id: 1, customerId: 1, weight: 1 },
      { id: 2, customerId: 1, weight: -1 },
    )
    expect(await failure(work)).toBe('VALIDATION_ERROR weight')
    expect(await orders('id')).toEqual([])
  })

  it.each<[string, Record<string, Value>, string]>([
    ['NULL', { name: null }, 'VALIDATION_ERROR name'],
    ['NULL for what is not nullable', { tier: null }, 'VALIDATION_ERROR tier'],
    ['an unknown enum value', { tier: 'gold' }, 'VALIDATION_ERROR tier'],
    ['a mistyped value', { parentId: '1' }, 'VALIDATION_ERROR parentId'],
    ['32 bits exceeded', { parentId: 3e9 }, 'VALIDATION_ERROR parentId'],
    ['a taken primary key', { id: 1 }, 'CONFLICT unique id'],
    ['a taken unique value', { email: 'a@x.io' }, 'CONFLICT unique email'],
    ['the first of two in the order of the spec', { id: 1, email: 'a@x.io' }, 'CONFLICT unique id'],
    ['a missing parent', { parentId: 9 }, 'CONFLICT foreign_key parentId'],
    ['the unique before the foreign key', { id: 1, parentId: 9 }, 'CONFLICT unique id'],
  ])('refuses %s', async (_name, values, expected) => {
    expect(await failure(insert(store, 'Customer', { id: 3, name: 'c', ...values }))).toBe(expected)
  })

  it('lets NULLs repeat under a unique key', async () => {
    await insert(store, 'Customer', { id: 3, name: 'c', email: null })
    await insert(store, 'Order', { id: 1, customerId: 1 }, { id: 2, customerId: 1 })
    expect(await orders('id')).toHaveLength(2)
  })

  it('holds composite and partial unique keys', async () => {
    await insert(store, 'Seat', { row: 'a', place: 1 }, { row: 'a', place: 2 })
    expect(await failure(insert(store, 'Seat', { row: 'a', place: 2 }))).toBe(
      'CONFLICT unique row,place',
    )
    await insert(store, 'Order', { id: 1, customerId: 1, number: 1, count: 5, open: true })
    expect(await failure(insert(store, 'Order', { id: 2, customerId: 1, number: 1 }))).toBe(
      'CONFLICT unique customerId,number',
    )
    expect(await failure(insert(store, 'Order', { id: 2, customerId: 2, count: 5 }))).toBe(
      'CONFLICT unique count',
    )
    await insert(store, 'Order', { id: 2, customerId: 2, count: 5, open: false })
    expect(await failure(update(store, 'Order', where('Order', 'id', 2), { open: true }))).toBe(
      'CONFLICT unique count',
    )
  })

  it('breaks a constraint when it is false, not when it is unknown', async () => {
    await insert(store, 'Order', { id: 1, customerId: 1, weight: null })
    expect(await failure(insert(store, 'Order', { id: 2, customerId: 1, weight: 0 }))).toBe(
      'VALIDATION_ERROR weight',
    )
  })

  it('lets rows of one statement refer to each other, in any order', async () => {
    await insert(
      store,
      'Customer',
      { id: 4, name: 'd', parentId: 5 },
      { id: 5, name: 'e', parentId: 5 },
    )
    expect(await read(store, 'Customer', ['id'])).toHaveLength(4)
  })
})

describe('update', () => {
  beforeEach(async () => {
    await insert(
      store,
      'Order',
      { id: 1, customerId: 1, number: 1, count: 1, units: 1n, total: '1.00', weight: 1 },
      { id: 2, customerId: 1, number: 2, count: null, units: null, total: null, weight: null },
    )
  })

  const one = where('Order', 'id', 1)

  it('counts matched rows, changed in value or not', async () => {
    expect((await update(store, 'Order', TRUE, { weight: 1 })).count).toBe(2)
    expect((await update(store, 'Order', TRUE, { weight: 1 })).count).toBe(2)
    expect((await update(store, 'Order', { kind: 'false' }, { weight: 2 })).count).toBe(0)
  })

  it('answers rows as they are afterwards', async () => {
    const set = [{ kind: 'set', field: 'number', value: literal(7) }] as const
    const { rows } = await store.run(
      { kind: 'update', entity: 'Order', set, where: one, returning: ['number', 'id'] },
      [],
    )
    expect(rows.map((row) => ({ ...row }))).toEqual([{ number: 7, id: 1 }])
  })

  it('sets from the row as it was', async () => {
    const set = [
      { kind: 'set', field: 'number', value: field('Order', 'count') },
      { kind: 'set', field: 'count', value: field('Order', 'number') },
      { kind: 'set', field: 'placedAt', value: literal('2024-05-01T00:00:00+02:00') },
      { kind: 'set', field: 'units', value: literal(5) },
    ] as const
    await store.run({ kind: 'update', entity: 'Order', set, where: where('Order', 'id', 2) }, [])
    expect((await orders('number', 'count', 'placedAt', 'units'))[1]).toEqual({
      number: null,
      count: 2,
      placedAt: new Date('2024-04-30T22:00:00Z'),
      units: 5n,
    })
  })

  it('adds, NULL staying NULL', async () => {
    await update(store, 'Order', TRUE, { count: 2, units: -2n, total: '-1.01', weight: 0.5 }, 'add')
    expect(await orders('count', 'units', 'total', 'weight')).toEqual([
      { count: 3, units: -1n, total: '-0.01', weight: 1.5 },
      { count: null, units: null, total: null, weight: null },
    ])
  })

  it.each<[string, Record<string, Value>]>([
    ['count', { count: 2147483647 }],
    ['units', { units: 9223372036854775807n }],
    ['total', { total: '9999.00' }],
    ['weight', { weight: 1.7976931348623157e308 }],
  ])(
    'answers an overflow of %s with VALIDATION_ERROR and changes nothing',
    async (name, values) => {
      await update(store, 'Order', one, values)
      const before = await orders(name)
      expect(await failure(update(store, 'Order', TRUE, values, 'add'))).toBe(
        `VALIDATION_ERROR ${name}`,
      )
      expect(await orders(name)).toEqual(before)
    },
  )

  it('advances to the later of now and one millisecond after before', async () => {
    const advance = (time: number) =>
      update(store, 'Order', one, { placedAt: new Date(time), units: BigInt(time) }, 'advance')
    const times: unknown[] = []
    for (const time of [100, 50, 50, 500]) {
      await advance(time)
      times.push(...(await orders('placedAt', 'units')).slice(0, 1))
    }
    expect(times).toEqual(
      [100, 101, 102, 500].map((time) => ({ placedAt: new Date(time), units: BigInt(time) })),
    )
  })

  it('swaps no unique values in one statement, as most engines do not', async () => {
    const set = [
      {
        kind: 'set',
        field: 'number',
        value: { kind: 'relationCount', relation: 'notes' },
      },
    ] as const
    await insert(store, 'Note', { id: 1, orderId: 2, customerId: 1 })
    await update(store, 'Order', one, { number: 1 })
    await update(store, 'Order', where('Order', 'id', 2), { number: 0 })
    const swap = store.run({ kind: 'update', entity: 'Order', set, where: TRUE }, [])
    expect(await failure(swap)).toBe('CONFLICT unique customerId,number')
    expect(await orders('number')).toEqual([{ number: 1 }, { number: 0 }])
  })

  it('refuses a missing parent by the name of the foreign key', async () => {
    expect(await failure(update(store, 'Order', one, { customerId: 9 }))).toBe(
      'CONFLICT foreign_key customerId',
    )
  })
})

describe('delete', () => {
  it('counts, and answers rows as they were', async () => {
    await insert(
      store,
      'Seat',
      { row: 'b', place: 1 },
      { row: 'a', place: 2 },
      { row: 'a', place: 1 },
    )
    const place = compare(field('Seat', 'place'), '>', literal(0))
    const { rows, count } = await store.run(
      { kind: 'delete', entity: 'Seat', where: place, returning: ['place', 'row'] },
      [],
    )
    expect(count).toBe(3)
    expect(rows.map((row) => `${String(row['row'])}${String(row['place'])}`)).toEqual([
      'a1',
      'a2',
      'b1',
    ])
    expect((await remove(store, 'Seat', TRUE)).count).toBe(0)
  })
})
