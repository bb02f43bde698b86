import type { Adapter } from '@proj/dbal-contract'
import { beforeEach, describe, expect, it } from 'vitest'
import { failure, insert, openShop, read, remove, TRUE, update, where } from './shop.ts'

let store: Adapter

beforeEach(async () => {
  store = openShop()
  await insert(
    store,
    'Customer',
    { id: 0, name: 'nobody' },
    { id: 1, name: 'a', email: 'a@x.io' },
    { id: 2, name: 'b', email: 'b@x.io', parentId: 1 },
    { id: 3, name: 'c', email: 'c@x.io', parentId: 2 },
  )
  await insert(store, 'Order', { id: 10, customerId: 2 }, { id: 11, customerId: 3 })
})

const ids = async (entity: string) =>
  (await read(store, entity, ['id'])).map((row) => (row as { id: number }).id)

describe('deleting a row that is referred to', () => {
  it('cascades, sets NULL and sets the default, as deep as it goes', async () => {
    await insert(
      store,
      'Note',
      { id: 1, orderId: 11, customerId: 3 },
      { id: 2, orderId: null, customerId: 1 },
    )
    expect((await remove(store, 'Customer', where('Customer', 'id', 1))).count).toBe(1)
    expect(await ids('Customer')).toEqual([0])
    expect(await ids('Order')).toEqual([])
    expect(await read(store, 'Note', ['id', 'orderId', 'customerId'])).toEqual([
      { id: 1, orderId: null, customerId: 0 },
      { id: 2, orderId: null, customerId: 0 },
    ])
  })

  it('is refused by restrict, by the name of the field that is referred to', async () => {
    await insert(store, 'Note', { id: 1, email: 'c@x.io' })
    expect(await failure(remove(store, 'Customer', where('Customer', 'id', 3)))).toBe(
      'CONFLICT foreign_key email',
    )
    expect(await ids('Order')).toEqual([10, 11])
  })

  it('names the field of the statement where restrict stands behind a cascade', async () => {
    await insert(store, 'Note', { id: 1, email: 'c@x.io' })
    expect(await failure(remove(store, 'Customer', where('Customer', 'id', 1)))).toBe(
      'CONFLICT foreign_key id',
    )
    expect(await ids('Customer')).toEqual([0, 1, 2, 3])
  })

  it('is refused when the default refers to nothing', async () => {
    await insert(store, 'Note', { id: 1, customerId: 3 })
    expect(await failure(remove(store, 'Customer', where('Customer', 'id', 0)))).toBe('no error')
    expect(await failure(remove(store, 'Customer', where('Customer', 'id', 3)))).toBe(
      'CONFLICT foreign_key id',
    )
  })

  it('counts the rows that matched, whatever else goes with them', async () => {
    expect((await remove(store, 'Customer', TRUE)).count).toBe(4)
    expect(await ids('Order')).toEqual([])
  })

  it('follows a long chain, up to a bound', async () => {
    const chain = (length: number) =>
      Array.from({ length }, (_, i) => ({
        id: 100 + i,
        name: 'x',
        parentId: i === 0 ? null : 99 + i,
      }))
    await insert(store, 'Customer', ...chain(900))
    await remove(store, 'Customer', where('Customer', 'id', 100))
    expect(await ids('Customer')).toEqual([0, 1, 2, 3])
    await insert(store, 'Customer', ...chain(1200))
    expect(await failure(remove(store, 'Customer', where('Customer', 'id', 100)))).toBe(
      'DATABASE_ERROR',
    )
    expect(await ids('Customer')).toHaveLength(1204)
  })
})

describe('changing a value that is referred to', () => {
  it('cascades and sets NULL', async () => {
    await insert(store, 'Note', { id: 1, orderId: 10, email: 'b@x.io' })
    await update(store, 'Order', where('Order', 'id', 10), { id: 20 })
    await update(store, 'Customer', where('Customer', 'id', 2), { email: 'z@x.io' })
    expect(await read(store, 'Note', ['orderId', 'email'])).toEqual([
      { orderId: null, email: 'z@x.io' },
    ])
  })

  it('is refused by restrict', async () => {
    await insert(store, 'Note', { id: 1, customerId: 3 })
    expect(await failure(update(store, 'Customer', where('Customer', 'id', 3), { id: 30 }))).toBe(
      'CONFLICT foreign_key id',
    )
    await update(store, 'Note', TRUE, { customerId: 0 })
    await update(store, 'Customer', where('Customer', 'id', 3), { id: 30 })
    expect(await read(store, 'Order', ['customerId'])).toEqual([
      { customerId: 2 },
      { customerId: 30 },
    ])
  })

  it('does nothing to references when the value stays', async () => {
    await insert(store, 'Note', { id: 1, customerId: 3, email: 'c@x.io' })
    await update(store, 'Customer', where('Customer', 'id', 3), { id: 3, email: 'c@x.io' })
    expect(await read(store, 'Note', ['customerId', 'email'])).toEqual([
      { customerId: 3, email: 'c@x.io' },
    ])
  })
})
