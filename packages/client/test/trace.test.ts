import { afterEach, expect, test } from 'vitest'
import { printTimes, traceCalls, tracing, type CallTimes } from '../src/trace.ts'
import { openShop } from './open-shop.ts'

afterEach(() => {
  tracing.trace = undefined
})

async function followed(
  adapter: 'memory' | 'sqlite',
  work: (shop: Awaited<ReturnType<typeof openShop>>) => Promise<unknown>,
): Promise<readonly CallTimes[]> {
  const shop = await openShop(adapter)
  await shop.ann.items.create({ sku: 'a', cost: '1.5' })
  const calls: CallTimes[] = []
  tracing.trace = traceCalls((times) => calls.push(times))
  await work(shop)
  tracing.trace = undefined
  await shop.client.close()
  return calls
}

test('a call is told layer by layer, and the parts are the whole', async () => {
  const calls = await followed('sqlite', ({ ann }) => ann.items.list({ filter: { sku: 'a' } }))
  expect(calls.map(({ name }) => name)).toEqual(['Item.list'])
  const [{ layers, total }] = calls as [CallTimes]
  expect([...layers.keys()]).toEqual([
    'authorize',
    'validate',
    'plan',
    'driver',
    'decode',
    'answer',
  ])
  expect([...layers.values()].every((time) => time >= 0)).toBe(true)
  expect([...layers.values()].reduce((sum, time) => sum + time, 0)).toBeCloseTo(total, 6)
})

test('calls at the same time do not mix, and one that fails is told as well', async () => {
  const calls = await followed('sqlite', ({ ann }) =>
    Promise.allSettled([
      ann.items.count(),
      ann.items.read('nothing'),
      ann.items.update('nothing', { unknown: 1 }),
    ]),
  )
  expect(calls.map(({ name }) => name).sort()).toEqual(['Item.count', 'Item.read', 'Item.update'])
  const failed = calls.find(({ name }) => name === 'Item.update')
  expect(failed?.layers.has('driver')).toBe(false)
})

test('what a handler calls is told apart', async () => {
  const calls = await followed('sqlite', async ({ admin }) => {
    const { data } = (await admin.items.list()) as { readonly data: readonly { id: string }[] }
    await admin.items.restock({ id: data[0]?.id, count: 2 })
  })
  expect(calls.map(({ name }) => name)).toEqual(['Item.list', 'Item.update', 'Item.restock'])
  expect(calls.at(-1)?.layers.get('calls')).toBeGreaterThan(0)
})

test('a line names the layers in their order', () => {
  const layers = new Map([
    ['driver', 0.5],
    ['authorize', 0.25],
  ] as const)
  expect(printTimes({ name: 'Item.read', layers, total: 0.75 })).toBe(
    'Item.read 0.750 ms: authorize 0.250, driver 0.500',
  )
})
