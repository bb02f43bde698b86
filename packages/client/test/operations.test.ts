import { afterEach, describe, expect, it } from 'vitest'
import { ADAPTERS, openShop, type Shop } from './open-shop.ts'

let shop: Shop
afterEach(() => shop.client.close())

const code = (expected: string, fields?: readonly string[]) => ({
  name: 'DBALError',
  code: expected,
  ...(fields === undefined
    ? {}
    : {
        details: { fields: fields.map((field) => expect.objectContaining({ field }) as unknown) },
      }),
})

describe.each(ADAPTERS)('on %s', (adapter) => {
  it('create gives the stored row, with defaults and generated values', async () => {
    shop = await openShop(adapter, { now: () => new Date(1_000) })
    const item = await shop.ann.items.create({
      sku: 'a',
      price: '1.5',
      seen: 7,
      tags: { b: 1, a: [] },
    })
    expect(item).toMatchObject({
      sku: 'a',
      price: '1.50',
      stock: 0,
      seen: 7n,
      version: 1,
      tags: { a: [], b: 1 },
      ownerId: '00000000-0000-4000-8000-00000000000a',
    })
    expect(await shop.ann.items.read(item.id)).toEqual(item)
  })

  it('every problem of an input is listed', async () => {
    shop = await openShop(adapter)
    const faulty = {
      price: 'much',
      stock: -1,
      photo: new Uint8Array(9),
      day: '2026-02-30',
      id: 'x',
      skuu: 1,
    }
    await expect(shop.ann.items.create(faulty)).rejects.toMatchObject(
      code('VALIDATION_ERROR', ['sku', 'skuu', 'id', 'price', 'stock', 'photo', 'day']),
    )
  })

  it('undefined is refused in data and ignored as an option', async () => {
    shop = await openShop(adapter)
    await expect(shop.ann.items.create({ sku: undefined })).rejects.toMatchObject(
      code('VALIDATION_ERROR'),
    )
    await expect(shop.ann.items.create({ sku: 'u', skuu: undefined })).rejects.toMatchObject(
      code('VALIDATION_ERROR', ['skuu']),
    )
    await expect(shop.client.items.list({ filter: { sku: undefined } })).rejects.toMatchObject(
      code('VALIDATION_ERROR', ['filter.sku']),
    )
    expect(await shop.client.items.list({ filter: undefined })).toMatchObject({ data: [] })
  })

  it('nothing is read from a prototype', async () => {
    shop = await openShop(adapter)
    const filter: unknown = JSON.parse('{"__proto__": {"sku": "a"}}')
    await expect(shop.client.items.list({ filter })).rejects.toMatchObject(code('VALIDATION_ERROR'))
    for (const entity of ['constructor', 'toString', '__proto__']) {
      await expect(shop.client.call({ entity, action: 'list' })).rejects.toMatchObject(
        code('VALIDATION_ERROR'),
      )
    }
  })

  it('pages by number and by cursor agree', async () => {
    shop = await openShop(adapter)
    await shop.system.items.createMany(
      ['d', 'b', 'e', 'a', 'c', 'f', 'g'].map((sku, i) => ({
        sku,
        weight: i % 3 === 0 ? null : i % 2,
      })),
    )
    const options = {
      sort: { weight: { order: 'desc', nulls: 'first' } },
      select: ['sku'],
      limit: 2,
    }
    const byNumber: string[] = []
    for (const page of [1, 2, 3, 4]) {
      const { data } = await shop.client.items.list({ ...options, page })
      byNumber.push(...data.map((row: { sku: string }) => row.sku))
    }
    const byCursor: string[] = []
    for await (const row of shop.client.items.iterate(options)) byCursor.push(row.sku)
    expect(byCursor).toEqual(byNumber)
    expect(new Set(byCursor).size).toBe(7)
  })

  it('a page is bounded, and no page is not an error', async () => {
    shop = await openShop(adapter)
    await expect(shop.client.items.list({ limit: 6 })).rejects.toMatchObject(
      code('VALIDATION_ERROR', ['limit']),
    )
    expect(await shop.client.items.list({ limit: 0 })).toEqual({
      data: [],
      limit: 0,
      hasMore: false,
      page: 1,
    })
    expect((await shop.client.items.list()).limit).toBe(3)
  })

  it('an update counts the version, and an old one conflicts', async () => {
    shop = await openShop(adapter)
    const { id } = await shop.ann.items.create({ sku: 'a', stock: 5 })
    const after = await shop.ann.items.update(id, { stock: { increment: -2 } }, { ifVersion: 1 })
    expect(after).toMatchObject({ stock: 3, version: 2 })
    await expect(shop.ann.items.update(id, { stock: { increment: -4 } })).rejects.toMatchObject(
      code('VALIDATION_ERROR', ['stock']),
    )
    expect(await shop.ann.items.read(id)).toMatchObject({ stock: 3, version: 2 })
    await expect(shop.ann.items.update(id, { stock: 1 }, { ifVersion: 1 })).rejects.toMatchObject(
      code('CONFLICT'),
    )
    await expect(shop.bob.items.update(id, { stock: 1 })).rejects.toMatchObject(code('NOT_FOUND'))
    await expect(shop.client.items.update(id, { stock: 1 })).rejects.toMatchObject({
      code: expect.stringMatching(/NOT_FOUND|UNAUTHORIZED/) as unknown,
    })
  })

  it('the later write has the later time, even within a millisecond', async () => {
    shop = await openShop(adapter, { now: () => new Date(5_000) })
    const user = await shop.client.system().users.create({ name: 'zed' })
    const once = await shop.system.users.update(user.id, { name: 'zed1' })
    const twice = await shop.system.users.update(user.id, { name: 'zed2' })
    expect(once.updatedAt - user.updatedAt).toBe(1)
    expect(twice.updatedAt - once.updatedAt).toBe(1)
  })

  it('bulk writes are all or none and need their filter', async () => {
    shop = await openShop(adapter)
    await expect(shop.system.items.createMany([{ sku: 'a' }, { sku: 'a' }])).rejects.toMatchObject(
      code('CONFLICT'),
    )
    expect(await shop.system.items.count()).toBe(0)
    await shop.system.items.createMany([{ sku: 'a' }, { sku: 'b' }])
    await expect(shop.system.items.deleteMany({})).rejects.toMatchObject(code('VALIDATION_ERROR'))
    expect(await shop.system.items.updateMany({ sku: { in: ['a', 'x'] } }, { stock: 2 })).toBe(1)
    expect(await shop.system.items.deleteMany({}, { all: true })).toBe(2)
  })

  it('writes over relations share one transaction', async () => {
    shop = await openShop(adapter)
    const made = await shop.ann.items.create({
      sku: 'a',
      reviews: { create: [{ stars: 5 }, { stars: 3, text: 'fair' }] },
    })
    const item = await shop.client.items.read(made.id, {
      include: { reviews: { sort: { stars: 'asc' }, select: ['stars'] }, owner: true },
    })
    expect(item.reviews).toEqual([{ stars: 3 }, { stars: 5 }])
    // Visitors see items, not accounts.
    expect(item.owner).toBeNull()
    await expect(
      shop.ann.items.create({ sku: 'b', reviews: { create: [{ stars: 9 }] } }),
    ).rejects.toMatchObject(code('VALIDATION_ERROR'))
    expect(await shop.client.items.count()).toBe(1)
    await shop.admin.reviews.create({ stars: 1, item: { connect: { sku: 'a' } } })
    expect(await shop.client.reviews.count({ filter: { item: { sku: 'a' } } })).toBe(3)
  })

  it('relation filters have their three quantifiers', async () => {
    shop = await openShop(adapter)
    await shop.ann.items.create({ sku: 'good', reviews: { create: [{ stars: 5 }, { stars: 4 }] } })
    await shop.ann.items.create({ sku: 'mixed', reviews: { create: [{ stars: 5 }, { stars: 1 }] } })
    await shop.ann.items.create({ sku: 'none' })
    const skus = async (reviews: object): Promise<unknown> =>
      (await shop.client.items.list({ filter: { reviews }, sort: { sku: 'asc' } })).data.map(
        (row: { sku: string }) => row.sku,
      )
    expect(await skus({ some: { stars: { lt: 3 } } })).toEqual(['mixed'])
    expect(await skus({ every: { stars: { gte: 4 } } })).toEqual(['good', 'none'])
    expect(await skus({ none: {} })).toEqual(['none'])
    expect(await skus({ every: { text: 'x' } })).toEqual(['none'])
  })

  it('softly deleted rows and rows past their time are gone for all', async () => {
    let now = 1_000
    shop = await openShop(adapter, { now: () => new Date(now) })
    const item = await shop.ann.items.create({ sku: 'a', reviews: { create: { stars: 2 } } })
    const [review] = (await shop.client.reviews.list()).data
    expect(await shop.admin.reviews.delete(review.id)).toBe(true)
    await expect(shop.system.reviews.read(review.id)).rejects.toMatchObject(code('NOT_FOUND'))
    const read = await shop.client.items.read(item.id, { include: { reviews: true } })
    expect(read.reviews).toEqual([])
    const ticket = await shop.ann.tickets.create({ expiresAt: new Date(2_000) })
    expect(await shop.client.tickets.exists()).toBe(true)
    now = 2_000
    await expect(shop.client.tickets.read(ticket.id)).rejects.toMatchObject(code('NOT_FOUND'))
  })

  it('composite keys, constraints and increments that break them', async () => {
    shop = await openShop(adapter)
    await shop.admin.stocks.create({ shelf: 'A', bin: 1, count: 2 })
    const key = { shelf: 'A', bin: 1 }
    expect(await shop.client.stocks.read(key)).toMatchObject({ count: 2 })
    await expect(shop.admin.stocks.update(key, { count: { increment: -3 } })).rejects.toMatchObject(
      code('VALIDATION_ERROR', ['count']),
    )
    await expect(shop.client.stocks.read('A')).rejects.toMatchObject(code('VALIDATION_ERROR'))
    expect(await shop.admin.stocks.delete(key)).toBe(true)
  })

  it('upsert finds, creates, and says when a hidden row is in the way', async () => {
    shop = await openShop(adapter)
    const ask = {
      where: { sku: 'a' },
      create: { sku: 'a', stock: 1 },
      update: { stock: { increment: 1 } },
    }
    expect(await shop.ann.items.upsert(ask)).toMatchObject({ stock: 1 })
    expect(await shop.ann.items.upsert(ask)).toMatchObject({ stock: 2 })
    await expect(
      shop.ann.users.upsert({ where: { name: 'bob' }, create: { name: 'bob' }, update: {} }),
    ).rejects.toMatchObject(code('CONFLICT', ['name']))
  })

  it('a tree keeps its shape', async () => {
    shop = await openShop(adapter)
    for (const [id, parentId, position] of [
      ['r', null, 0],
      ['a', 'r', 0],
      ['b', 'r', 1],
      ['c', 'a', 0],
    ] as const) {
      await shop.ann.folders.create({ id, parentId, position })
    }
    const tree = async (root: string): Promise<unknown> =>
      (await shop.client.folders.getTree(root)).map((row: { id: string }) => row.id)
    expect(await tree('r')).toEqual(['r', 'a', 'c', 'b'])
    await expect(tree('zz')).rejects.toMatchObject(code('NOT_FOUND'))
    await expect(shop.ann.folders.move({ id: 'a', newParentId: 'c' })).rejects.toMatchObject(
      code('VALIDATION_ERROR'),
    )
    await shop.ann.folders.move({ id: 'c', newParentId: 'r', order: 1 })
    expect(await tree('r')).toEqual(['r', 'a', 'c', 'b'])
    expect(await tree('a')).toEqual(['a'])
    await shop.ann.folders.reorder([
      { id: 'b', order: 0 },
      { id: 'a', order: 1 },
      { id: 'c', order: 2 },
    ])
    expect(await tree('r')).toEqual(['r', 'b', 'a', 'c'])
    await expect(
      shop.ann.folders.reorder([
        { id: 'b', order: 0 },
        { id: 'r', order: 1 },
      ]),
    ).rejects.toMatchObject(code('VALIDATION_ERROR'))
  })

  it('an operation of its own runs as its caller', async () => {
    shop = await openShop(adapter)
    const { id } = await shop.ann.items.create({ sku: 'a' })
    expect(await shop.ann.items.restock({ id, count: 4 })).toMatchObject({ stock: 4 })
    await expect(shop.bob.items.restock({ id, count: 4 })).rejects.toMatchObject(code('NOT_FOUND'))
    await expect(shop.ann.items.restock({ id, count: 'x' })).rejects.toMatchObject(
      code('VALIDATION_ERROR', ['count']),
    )
    expect(await shop.client.items.readBySku('a')).toMatchObject({ id })
    expect(
      await shop.client.items.listByOwnerId('00000000-0000-4000-8000-00000000000a'),
    ).toHaveLength(1)
  })

  it('aggregates by group', async () => {
    shop = await openShop(adapter)
    await shop.system.items.createMany([
      { sku: 'a', stock: 1, price: '0.10', weight: 1 },
      { sku: 'b', stock: 1, price: '0.20' },
      { sku: 'c', stock: 2, price: '5.00', seen: 9007199254740993n },
    ])
    const byStock = {
      groupBy: ['stock'],
      sum: ['price'],
      count: true,
      having: { count: { gt: 1 } },
    }
    expect(await shop.client.items.aggregate(byStock)).toEqual([
      { stock: 1, count: 2, sum: { price: '0.30' } },
    ])
    expect(
      await shop.client.items.aggregate({ max: ['seen'], avg: ['weight', 'price'], min: ['sku'] }),
    ).toEqual({
      max: { seen: 9007199254740993n },
      avg: { weight: 1, price: '1.77' },
      min: { sku: 'a' },
    })
    await expect(shop.client.items.aggregate({ sum: ['cost'] })).rejects.toMatchObject(
      code('VALIDATION_ERROR'),
    )
  })
})
