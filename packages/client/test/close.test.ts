// What becomes of calls when their client is closed (ERR-16).
import { expect, test } from 'vitest'
import { ADAPTERS, openShop } from './open-shop.ts'

const REFUSED = { code: 'UNAVAILABLE', retryable: true }

const settled = async (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    (value) => ({ value }),
    (error: unknown) => error,
  )

test.each([...ADAPTERS, 'prisma', 'duckdb'] as const)(
  'what holds the connection ends, what waits for it is told, on %s',
  async (adapter) => {
    const { client, system, ann } = await openShop(adapter)
    let closing: Promise<void> | undefined
    let waiting: Promise<unknown>[] = []
    const committed = await system.transaction(async (tx) => {
      await tx.items.create({ sku: 'first' })
      waiting = [
        system.items.create({ sku: 'queued' }),
        ann.items.create({ sku: 'ruled', reviews: { create: [{ stars: 1 }] } }),
        system.transaction(async (other) => other.items.create({ sku: 'other' })),
      ].map(settled)
      closing = client.close()
      await tx.items.create({ sku: 'second' })
      return tx.items.count({})
    })
    expect(committed).toBe(2)
    for (const outcome of await Promise.all(waiting)) expect(outcome).toMatchObject(REFUSED)
    await closing
    await expect(system.items.count({})).rejects.toMatchObject(REFUSED)
    await expect(client.transaction(async () => 1)).rejects.toMatchObject(REFUSED)
    await expect(client.close()).resolves.toBeUndefined()
  },
)
