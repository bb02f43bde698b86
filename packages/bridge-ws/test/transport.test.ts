// Which way a client takes that leaves it open (BR-53).
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { openFront, type Front } from './http-front.ts'
import { atTheEnd, connect, NOTE, start } from './scene.ts'
import type { Served } from './serve.ts'

const AUTO = { transport: 'auto' } as const
const refused = { code: 'CAPABILITY_NOT_SUPPORTED' }

async function scene(): Promise<{ served: Served; front: Front }> {
  const served = await start()
  const front = await openFront(served.server)
  atTheEnd(() => front.close())
  return { served, front }
}

test('a WebSocket where one can be opened', async () => {
  const { front } = await scene()
  const client = connect(front.endpoint, AUTO)
  await client.transaction((tx) => tx.notes.create(NOTE))
  expect(front.seen).toEqual([])
})

test('HTTP where the upgrade is refused, and from then on', async () => {
  const { front } = await scene()
  front.upgrades = false
  const client = connect(front.endpoint, AUTO)
  await client.notes.create(NOTE)
  front.upgrades = true
  let lost = 0
  front.fate = () => ((lost += 1) > 2 ? 'passed' : 502)
  expect(await client.notes.count()).toBe(1)
  expect(lost).toBeGreaterThan(2)
  await expect(client.transaction((tx) => tx.notes.create(NOTE))).rejects.toMatchObject(refused)
  expect(await client.notes.count()).toBe(1)
})

test('a WebSocket again where there was one, though HTTP would answer', async () => {
  const { served, front } = await scene()
  const client = connect(front.endpoint, { ...AUTO, connectTimeoutMs: 200 })
  await client.notes.create(NOTE)
  front.upgrades = false
  await served.server.drain(0)
  await expect(client.notes.count()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  front.server = (await start()).server
  front.upgrades = true
  await client.transaction((tx) => tx.notes.create(NOTE))
  expect(front.seen.map(({ method }) => method)).toEqual([])
})

test('neither where nobody answers, and a WebSocket once somebody does', async () => {
  const { front } = await scene()
  front.upgrades = false
  front.fate = () => 404
  const client = connect(front.endpoint, { ...AUTO, connectTimeoutMs: 100 })
  await expect(client.notes.count()).rejects.toMatchObject({ code: 'UNAVAILABLE', outcome: 'none' })
  front.upgrades = true
  await client.transaction((tx) => tx.notes.create(NOTE))
})

test('neither where somebody listens and says nothing', async () => {
  const silent = createServer(() => {})
  await new Promise<void>((resolve) => {
    silent.listen(0, '127.0.0.1', resolve)
  })
  atTheEnd(() => silent.close())
  const { port } = silent.address() as { readonly port: number }
  const client = connect(`127.0.0.1:${port}`, { ...AUTO, connectTimeoutMs: 100 })
  await expect(client.notes.count()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
})

test('HTTP where the upgrade is refused and the login as well: that is said', async () => {
  const { front } = await scene()
  front.upgrades = false
  const client = connect(front.endpoint, AUTO, { auth: { session: { token: 'nobody' } } })
  await expect(client.notes.count()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
})
