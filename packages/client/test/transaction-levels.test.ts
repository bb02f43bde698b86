// Calls on a level of a transaction that is not theirs, or not there any more (TX-4, TX-7).
import { expect, test } from 'vitest'
import type { ScopedClient } from '../src/index.ts'
import { openShop } from './open-shop.ts'

const LEVELLED = ['memory', 'sqlite', 'prisma'] as const
const ALL = [...LEVELLED, 'duckdb'] as const

const skus = async (client: ScopedClient): Promise<unknown[]> => {
  const { data } = (await client.items.list({
    select: ['sku'],
    sort: { sku: 'asc' },
    limit: 5,
  })) as {
    data: { sku: string }[]
  }
  return data.map(({ sku }) => sku)
}

const wrong: Readonly<Record<string, (outer: ScopedClient) => Promise<unknown>>> = {
  'a call': (outer) => outer.items.count({}),
  'a call as another': (outer) => outer.system().items.create({ sku: 'wrong' }),
  'a batch': (outer) => outer.batch([{ entity: 'Item', action: 'count' }]),
  'a second nested transaction': (outer) => outer.transaction(async () => 1),
}
const cases = Object.entries(wrong).flatMap(([name, act]) =>
  LEVELLED.map((adapter) => [name, adapter, act] as const),
)

test.each(cases)(
  '%s on the outer level inside a nested one is told, on %s',
  async (_, adapter, act) => {
    const { client, system } = await openShop(adapter)
    const run = system.transaction(async (tx) => {
      await tx.items.create({ sku: 'outer' })
      await tx.transaction(async (inner) => {
        await inner.items.create({ sku: 'inner' })
        await inner.transaction(() => act(tx))
      })
    })
    await expect(run).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      details: { reason: expect.stringContaining('nested') },
    })
    expect(await skus(system)).toEqual([])
    await client.close()
  },
)

test.each(LEVELLED)(
  'beside a nested one and after it the outer level is open, on %s',
  async (adapter) => {
    const { client, system } = await openShop(adapter)
    await system.transaction(async (tx) => {
      let late = (): Promise<unknown> => Promise.resolve()
      const nested = tx.transaction(async (inner) => {
        late = () => tx.items.create({ sku: 'late' })
        await inner.items.create({ sku: 'inner' })
      })
      await Promise.all([nested, tx.items.create({ sku: 'beside' })])
      await late()
      await tx.transaction((inner) => inner.items.create({ sku: 'next' }))
    })
    expect(await skus(system)).toEqual(['beside', 'inner', 'late', 'next'])
    await client.close()
  },
)

test.each(ALL)(
  'a handler that keeps its client is told that the transaction ended, on %s',
  async (adapter) => {
    const kept: ScopedClient[] = []
    const { client, system } = await openShop(adapter, {
      operations: {
        'Item.restock': async ({ client: caller, system: trusted }) => {
          kept.push(caller, trusted, caller.as(undefined))
          return caller.items.find({})
        },
      },
    })
    await system.items.create({ sku: 'lamp' })
    const { id } = (await system.items.find({})) as { id: string }
    const done = async (tx: ScopedClient): Promise<void> => {
      kept.push(tx, tx.system())
      await tx.items.restock({ id, count: 1 })
    }
    await system.transaction(done)
    await system
      .transaction(async (tx) => {
        await done(tx)
        throw new Error('undone')
      })
      .catch(() => undefined)
    expect(kept).toHaveLength(10)
    for (const each of kept) {
      await expect(each.items.count({})).rejects.toMatchObject({ code: 'TX_LOST' })
      await expect(each.transaction(async () => 1)).rejects.toMatchObject({ code: 'TX_LOST' })
    }
    await client.close()
  },
)
