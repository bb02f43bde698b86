// A signal of a caller's that outlives many calls holds none of them.
import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { ADAPTERS, openShop } from './open-shop.ts'

test.each(ADAPTERS)('nothing is left with a signal after its calls, on %s', async (adapter) => {
  const { client, admin } = await openShop(adapter)
  const { signal } = new AbortController()
  const options = { signal }
  await admin.users.count({}, options)
  await admin.users.list({}, options)
  await admin.batch([{ entity: 'User', action: 'count', input: {} }], options)
  await admin.transaction(async (tx) => {
    await tx.users.count({}, options)
    await tx.transaction((inner) => inner.users.count())
  }, options)
  await expect(
    admin.transaction(async () => {
      throw new Error('the callback fails')
    }, options),
  ).rejects.toThrow('the callback fails')
  for await (const _ of admin.users.iterate({ limit: 1 }, options));
  expect(getEventListeners(signal, 'abort')).toEqual([])
  await client.close()
})
