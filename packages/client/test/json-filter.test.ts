import { describe, expect, it } from 'vitest'
import { JsonNull } from '../src/index.ts'
import { ADAPTERS, openShop } from './open-shop.ts'

describe.each(ADAPTERS)('filters on a json field on %s', (adapter) => {
  it('tells NULL, JSON null and values apart, whatever was asked before', async () => {
    const { client, system } = await openShop(adapter)
    await system.items.createMany([
      { sku: 'none' },
      { sku: 'null', tags: JsonNull },
      { sku: 'list', tags: ['a'] },
      { sku: 'object', tags: { b: 1, a: 2 } },
    ])
    const skus = async (tags: unknown): Promise<string[]> => {
      const { data } = await system.items.list({ filter: { tags }, sort: { sku: 'asc' } })
      return data.map((row: { sku: string }) => row.sku)
    }
    expect(await skus(null)).toEqual(['none'])
    expect(await skus(JsonNull)).toEqual(['null'])
    expect(await skus(['a'])).toEqual(['list'])
    expect(await skus({ equals: null })).toEqual(['none'])
    expect(await skus({ equals: JsonNull })).toEqual(['null'])
    expect(await skus({ equals: { a: 2, b: 1 } })).toEqual(['object'])
    expect(await skus({ not: null })).toEqual(['list', 'null', 'object'])
    expect(await skus({ isNull: false })).toEqual(['list', 'null', 'object'])
    await client.close()
  })

  it('refuses steps that some engine cannot spell, and takes those at the bound', async () => {
    const { client, system } = await openShop(adapter)
    await system.items.create({ sku: 'a', tags: { 'a-': [1] } })
    const count = (path: unknown[]): Promise<number> =>
      system.items.count({ filter: { tags: { path, equals: 1 } } }) as Promise<number>
    for (const path of [[2 ** 31], ['a', 2 ** 40], [-1], [0.5]])
      await expect(count(path)).rejects.toMatchObject({
        code: 'VALIDATION_ERROR',
        details: { fields: [{ field: 'filter.tags.path' }] },
      })
    expect(await count(['a-', 0])).toBe(1)
    expect(await count(['a-', 2 ** 31 - 1])).toBe(0)
    await client.close()
  })

  it('drops no part of what was asked', async () => {
    const { client } = await openShop(adapter)
    for (const tags of [{ isNull: 'no' }, { path: ['a'], isNull: true }]) {
      await expect(client.items.count({ filter: { tags } })).rejects.toMatchObject({
        code: 'VALIDATION_ERROR',
      })
    }
    await client.close()
  })
})
