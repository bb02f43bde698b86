import type { DBALClient } from '@proj/dbal'
import { describe, expect, it } from 'vitest'
import type { Wire } from '../src/index.ts'
import { Raw } from './raw.ts'
import { atTheEnd, connect as connectAs, start as startDaemon, wiresTo } from './scene.ts'
import { ADA, EVE, serve, type Served } from './serve.ts'

interface Event {
  readonly type: string
  readonly eventId: string
  readonly rows?: readonly { readonly text?: string }[]
  readonly row?: { readonly text?: string }
  readonly key?: unknown
}

async function start(): Promise<Served & { connect(token: string): Connected }> {
  const served = await startDaemon()
  const connect = (token: string): Connected => {
    const { wires, open } = wiresTo(served)
    return { client: connectAs(open, {}, { auth: { session: { token } } }), wires }
  }
  return { ...served, connect }
}

interface Connected {
  readonly client: DBALClient
  readonly wires: readonly Wire[]
}

async function next(events: AsyncIterator<unknown>): Promise<Event> {
  return ((await events.next()) as { value: Event }).value
}

const note = (text: string): object => ({ text, ownerId: EVE })

describe('subscriptions', () => {
  it('tell what is there, then each change of it (R36, R38)', async () => {
    const { client: store, connect } = await start()
    const { client } = connect('eve')
    const first = await client.notes.create(note('a'))
    const events = client.notes.subscribe({ sort: { text: 'asc' } })
    expect(await next(events)).toMatchObject({ type: 'snapshot', rows: [first] })
    const second = await client.notes.create(note('b'))
    expect(await next(events)).toMatchObject({ type: 'entered', row: second })
    await client.notes.update(first.id, { text: 'c' })
    expect(await next(events)).toMatchObject({ type: 'changed', row: { text: 'c' } })
    await store.system().notes.create({ text: 'hidden', ownerId: ADA })
    await store.system().notes.delete(second.id)
    expect(await next(events)).toMatchObject({ type: 'left_view', key: { id: second.id } })
    await events.return?.()
  })

  it('go on over another connection where the last event stood (R37)', async () => {
    const { client: store, connect } = await start()
    const { client, wires } = connect('eve')
    const events = client.notes.subscribe({})
    await next(events)
    await client.notes.create(note('a'))
    expect(await next(events)).toMatchObject({ type: 'entered', row: { text: 'a' } })
    const pending = next(events)
    wires[0]?.terminate()
    await store.system().notes.create(note('b'))
    expect(await pending).toMatchObject({ type: 'entered', row: { text: 'b' } })
    expect(wires).toHaveLength(2)
    await events.return?.()
  })

  it('say so where something may be missing', async () => {
    const { connect } = await start()
    const { client } = connect('eve')
    const events = client.notes.subscribe({ lastEventId: 'of-another-daemon-5' })
    expect(await next(events)).toMatchObject({ type: 'gap' })
    expect(await next(events)).toMatchObject({ type: 'snapshot' })
    await events.return?.()
  })

  it('are refused as list is, and say nothing of what is hidden (R39)', async () => {
    const { connect } = await start()
    const { client } = connect('eve')
    const nobody = connect('mallory').client
    await expect(nobody.notes.subscribe({}).next()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await expect(client.notes.subscribe({ filter: { nothing: 1 } }).next()).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
    })
    const hidden = client.notes.subscribe({ filter: { ownerId: ADA } })
    expect(await next(hidden)).toMatchObject({ type: 'snapshot', rows: [] })
    await hidden.return?.()
  })

  it('end when they are left, on both sides (R39)', async () => {
    const { server, connect } = await start()
    const { client } = connect('eve')
    const events = client.notes.subscribe({})
    await next(events)
    expect(server.stats().subscriptions).toBe(1)
    await events.return?.()
    while (server.stats().subscriptions > 0)
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
    expect(await events.next()).toEqual({ value: undefined, done: true })
  })

  it('are what another login may see, once it is renewed (R40)', async () => {
    const { server, client: store } = await start()
    const raw = await Raw.hello(server, 'eve-raised')
    await store.system().notes.create(note('a'))
    const params = { entity: 'Note', input: {}, credit: 10 }
    raw.say({ id: 's', method: 'dbal.subscribe', params })
    expect(await raw.hear()).toMatchObject({ params: { item: { type: 'snapshot' } } })
    raw.say({ id: 'h', method: 'dbal.hello', params: { token: 'eve' } })
    const heard = [await raw.hear(), await raw.hear()]
    expect(heard.find(({ id }) => id === 's')?.error?.data).toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
    })
  })
})

describe('the number of subscriptions (BR-42)', () => {
  const subscribe = (id: number) => ({
    id,
    method: 'dbal.subscribe',
    params: { entity: 'Note', input: {} },
  })

  it.each([
    [{ streams: 2 }, 'a connection has at most 2 streams and subscriptions'],
    [{ allStreams: 2 }, 'the daemon has at most 2 streams and subscriptions'],
  ])('is bounded by %j', async (limits, reason) => {
    const served = await serve(limits)
    atTheEnd(served.close)
    const raw = await Raw.hello(served.server, 'eve')
    for (const id of [1, 2]) {
      raw.say(subscribe(id))
      expect((await raw.hear()).method).toBe('dbal.item')
    }
    expect((await raw.ask(subscribe(3))).error?.data).toMatchObject({
      code: 'UNAVAILABLE',
      outcome: 'none',
      details: { reason },
    })
    // One that ends makes room.
    raw.say({ method: 'dbal.cancel', params: { id: 1 } })
    expect(await raw.hear()).toMatchObject({ id: 1, error: { data: { code: 'CANCELLED' } } })
    raw.say(subscribe(4))
    expect((await raw.hear()).params).toMatchObject({ id: 4 })
    expect(served.server.stats().subscriptions).toBe(2)
  })

  it('is that of all connections', async () => {
    const served = await serve({ allStreams: 1 })
    atTheEnd(served.close)
    const first = await Raw.hello(served.server, 'eve')
    first.say(subscribe(1))
    await first.hear()
    const second = await Raw.hello(served.server, 'ada')
    expect((await second.ask(subscribe(1))).error?.data?.code).toBe('UNAVAILABLE')
    first.wire.terminate()
    await first.closed
    expect((await second.ask({ id: 2, method: 'Note.count' })).result).toBe(0)
    second.say(subscribe(3))
    expect((await second.hear()).params).toMatchObject({ id: 3 })
  })
})
