import { describe, expect, it } from 'vitest'
import { ADAPTERS, openShop } from './open-shop.ts'

describe.each(ADAPTERS)('defaults on %s', (adapter) => {
  it('answers a default as it will be read: a decimal has all its digits', async () => {
    const { client, system } = await openShop(adapter)
    const created = await system.items.create({ sku: 'lamp' })
    expect(created.price).toBe('0.00')
    expect(await system.items.read(created.id)).toEqual(created)
    await client.close()
  })
})
