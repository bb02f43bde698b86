import { DBALClient } from '@proj/dbal'
import { describe, expect, it } from 'vitest'
import { CLOSE, type Wire } from '../src/index.ts'
import { Gate } from './gate.ts'
import { Raw } from './raw.ts'
import { atTheEnd, start as startDaemon } from './scene.ts'
import { ADA, EVE, listen, model, serve, type Served } from './serve.ts'

async function start(
  limits: Parameters<typeof startDaemon>[0] = {},
): Promise<Served & { readonly gate: Gate; readonly raw: Raw }> {
  const gate = new Gate()
  const served = await startDaemon(limits, { operations: { 'Note.shout': gate.handler } })
  return { ...served, gate, raw: await Raw.hello(served.server, 'eve') }
}

const SHOUT = { method: 'Note.shout', params: { text: 'x' } }
const note = (text: string): object => ({ text, ownerId: EVE })

describe('cancelling (R13)', () => {
  it('stops what runs, and says so twice', async () => {
    const { raw, gate } = await start()
    const called = gate.called
    raw.say({ id: 1, ...SHOUT })
    await called
    raw.say({ id: 2, method: 'dbal.cancel', params: { id: 1 } })
    const heard = [await raw.hear(), await raw.hear()]
    expect(heard.find(({ id }) => id === 2)).toMatchObject({ result: true })
    expect(heard.find(({ id }) => id === 1)?.error?.data?.code).toBe('CANCELLED')
    expect(gate.signals[0]?.aborted).toBe(true)
  })

  it('of what is over, or never was, does nothing', async () => {
    const { raw } = await start()
    await raw.ask({ id: 1, method: 'User.count' })
    for (const id of [1, 99, null, {}])
      expect(await raw.ask({ id: 2, method: 'dbal.cancel', params: { id } })).toMatchObject({
        result: false,
      })
  })

  it('takes a storm of them', async () => {
    const { raw } = await start()
    for (let id = 0; id < 2_000; id += 1) raw.say({ method: 'dbal.cancel', params: { id } })
    expect(await raw.ask({ id: 1, method: 'User.count' })).toMatchObject({ result: 2 })
  })

  it('reaches the daemon from a signal of the app', async () => {
    const { server, gate } = await start()
    const { http, endpoint } = await listen(server)
    const auth = { session: { token: 'eve' } }
    const client = new DBALClient({
      mode: 'production',
      endpoint,
      schema: model,
      auth,
      remote: { keys: 'explicit' },
    })
    atTheEnd(() => http.close())
    atTheEnd(() => client.close())
    const controller = new AbortController()
    const called = gate.called
    const call = client.notes.shout('x', { signal: controller.signal })
    call.catch(() => {})
    await called
    controller.abort()
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED' })
    await expect(client.users.count({}, { signal: controller.signal })).rejects.toMatchObject({
      code: 'CANCELLED',
    })
  })
})

describe('deadlines (R10)', () => {
  it('are kept by the server', async () => {
    const { raw, gate } = await start()
    const heard = await raw.ask({ id: 1, ...SHOUT, meta: { timeoutMs: 20 } })
    expect(heard.error?.data).toMatchObject({ code: 'TIMEOUT' })
    expect(gate.signals[0]?.aborted).toBe(true)
  })

  it('are said only where they are not what hello was answered with (BR-18)', async () => {
    const served = await serve()
    atTheEnd(() => served.close())
    const sent: string[] = []
    const open = async (): Promise<Wire> => {
      const near = await served.open()
      const send = near.send.bind(near)
      near.send = (payload) => {
        sent.push(String(payload))
        send(payload)
      }
      return near
    }
    const auth = { session: { token: 'eve' } }
    const client = new DBALClient({ mode: 'production', remote: { open }, schema: model, auth })
    atTheEnd(() => client.close())
    await client.notes.count()
    await client.notes.count({}, { timeoutMs: 30_000 })
    await client.notes.count({}, { timeoutMs: 5_000, requestId: 'r' })
    const metas = sent
      .map((text) => JSON.parse(text) as { method: string; meta?: unknown })
      .filter(({ method }) => method === 'Note.count')
      .map(({ meta }) => meta)
    expect(metas).toEqual([undefined, undefined, { timeoutMs: 5_000, requestId: 'r' }])
  })

  it('leave an answer that comes late to nobody', async () => {
    const { server, gate } = await start()
    const { http, endpoint } = await listen(server)
    const auth = { session: { token: 'eve' } }
    const client = new DBALClient({ mode: 'production', endpoint, schema: model, auth })
    atTheEnd(() => http.close())
    atTheEnd(() => client.close())
    await expect(client.notes.shout('x', { timeoutMs: 20 })).rejects.toMatchObject({
      code: 'TIMEOUT',
    })
    gate.open()
    expect(await client.users.count()).toBe(2)
  })
})

describe('transactions (R3, R15, R45)', () => {
  it('run what is asked in them in order, without waiting for answers', async () => {
    const { raw, client } = await start()
    raw.say({ id: 0, method: 'dbal.begin', params: { tx: 't' } })
    for (let id = 1; id <= 20; id += 1)
      raw.say({ id, method: 'Note.create', params: note(String(id)), meta: { tx: 't' } })
    raw.say({ id: 21, method: 'Note.count', meta: { tx: 't' } })
    raw.say({ id: 22, method: 'dbal.commit', params: { tx: 't' } })
    const ids: unknown[] = []
    for (let i = 0; i <= 22; i += 1) ids.push((await raw.hear()).id)
    expect(ids).toEqual(Array.from({ length: 23 }, (_, i) => i))
    const { data } = await client.system().notes.list({ limit: 50 })
    expect(data.map(({ text }: { text: string }) => Number(text))).toEqual(ids.slice(1, 21))
  })

  it('die with their connection', async () => {
    const { raw, client, server } = await start()
    await raw.ask({ id: 1, method: 'dbal.begin', params: { tx: 't' } })
    await raw.ask({ id: 2, method: 'Note.create', params: note('x'), meta: { tx: 't' } })
    raw.wire.terminate()
    // A write waits for the one connection of the store until the transaction is undone.
    await client.system().notes.create({ text: 'y', ownerId: EVE })
    expect(await client.system().notes.count()).toBe(1)
    expect(server.stats().transactions).toBe(0)
  })

  it('are lost to who never began them, or has ended them', async () => {
    const { raw } = await start()
    const count = { method: 'Note.count', meta: { tx: 't' } }
    expect((await raw.ask({ id: 1, ...count })).error?.data?.code).toBe('TX_LOST')
    await raw.ask({ id: 2, method: 'dbal.begin', params: { tx: 't' } })
    expect(
      (await raw.ask({ id: 3, method: 'dbal.begin', params: { tx: 't' } })).error?.data?.code,
    ).toBe('VALIDATION_ERROR')
    expect(await raw.ask({ id: 4, ...count })).toMatchObject({ result: 0 })
    await raw.ask({ id: 5, method: 'dbal.rollback', params: { tx: 't' } })
    expect((await raw.ask({ id: 6, ...count })).error?.data?.code).toBe('TX_LOST')
    expect(
      (await raw.ask({ id: 7, method: 'dbal.commit', params: { tx: 't' } })).error?.data?.code,
    ).toBe('TX_LOST')
  })

  it('belong to the connection that began them', async () => {
    const { raw, server } = await start()
    await raw.ask({ id: 1, method: 'dbal.begin', params: { tx: 't' } })
    const other = await Raw.hello(server, 'eve')
    const count = { id: 1, method: 'Note.count', meta: { tx: 't' } }
    expect((await other.ask(count)).error?.data?.code).toBe('TX_LOST')
  })

  it('do not stay open by doing nothing', async () => {
    const { raw, client } = await start({ idleTransactionMs: 20 })
    await raw.ask({ id: 1, method: 'dbal.begin', params: { tx: 't' } })
    await client.system().notes.create({ text: 'y', ownerId: EVE })
    const count = { id: 2, method: 'Note.count', meta: { tx: 't' } }
    expect((await raw.ask(count)).error?.data?.code).toBe('TX_LOST')
  })

  it('are few on one connection', async () => {
    const { raw } = await start({ transactions: 1 })
    await raw.ask({ id: 1, method: 'dbal.begin', params: { tx: 'a' } })
    const heard = await raw.ask({ id: 2, method: 'dbal.begin', params: { tx: 'b' } })
    expect(heard.error?.data?.code).toBe('UNAVAILABLE')
  })
})

describe('an atomic batch', () => {
  it('is all or nothing', async () => {
    const { raw, client } = await start()
    const create = { method: 'Note.create', params: note('x') }
    const foreign = { method: 'Note.create', params: { text: 'y', ownerId: ADA } }
    const batch = (operations: unknown): object => ({
      method: 'dbal.batch',
      params: { operations },
    })
    const heard = await raw.ask({ id: 1, ...batch([create, { method: 'Note.count' }]) })
    expect(heard.result).toMatchObject([{ text: 'x' }, 1])
    expect((await raw.ask({ id: 2, ...batch([create, foreign]) })).error?.data?.code).toBe(
      'FORBIDDEN',
    )
    expect(await client.system().notes.count()).toBe(1)
    for (const operations of [5, [5], [{ method: 5 }]])
      expect((await raw.ask({ id: 3, ...batch(operations) })).error?.data?.code).toBe(
        'VALIDATION_ERROR',
      )
  })
})

describe('room (R25, R28, R45)', () => {
  it('is made by waiting, not by refusing', async () => {
    const { raw } = await start({ inFlight: 4 })
    for (let id = 0; id < 100; id += 1) raw.say({ id, method: 'User.count' })
    for (let id = 0; id < 100; id += 1) expect((await raw.hear()).result).toBe(2)
  })

  it('is shared fairly between principals', async () => {
    const { raw, server, gate } = await start({ running: 1, inFlight: 1_000 })
    const called = gate.called
    raw.say({ id: 'gate', ...SHOUT })
    await called
    for (let id = 0; id < 500; id += 1) raw.say({ id, method: 'User.count' })
    const other = await Raw.hello(server, 'ada')
    const answer = other.ask({ id: 1, method: 'User.count' })
    // Both have asked before the one who was first is done.
    await raw.ask({ id: 'ping', method: 'dbal.ping' })
    let before = 0
    const counting = (async () => {
      for (;;) if (typeof (await raw.hear()).id === 'number') before += 1
    })()
    void counting
    gate.open()
    await answer
    expect(before).toBeLessThan(10)
  })

  it('ends: what would wait too long is told so', async () => {
    const { raw, gate } = await start({ running: 1, queued: 2 })
    const called = gate.called
    raw.say({ id: 'gate', ...SHOUT })
    await called
    for (let id = 0; id < 4; id += 1) raw.say({ id, method: 'User.count' })
    const refused = [await raw.hear(), await raw.hear()]
    for (const { error } of refused)
      expect(error?.data).toMatchObject({ code: 'UNAVAILABLE', retryable: true })
    gate.open()
  })

  it('is not taken by who does not read (R26, R27)', async () => {
    const { server, client } = await start({ sendHighWater: 10_000, sendMax: 50_000 })
    await client.system().notes.createMany(Array.from({ length: 90 }, () => note('x'.repeat(200))))
    const slow = await Raw.hello(server, 'eve')
    slow.wire.pause()
    for (let id = 0; id < 50; id += 1) slow.say({ id, method: 'Note.list', params: { limit: 90 } })
    expect(await slow.closed).toBe(CLOSE.SLOW_CONSUMER)
    expect(server.stats().connections).toBe(1)
  })

  it('ends where connections do', async () => {
    const { server } = await start({ connections: 2 })
    const second = await Raw.open(server)
    const third = await Raw.open(server)
    expect(await third.closed).toBe(CLOSE.TOO_MANY)
    second.wire.terminate()
  })
})

describe('streams (R26)', () => {
  it('send no more than was asked for', async () => {
    const { raw, client } = await start()
    await client.system().notes.createMany(Array.from({ length: 25 }, (_, i) => note(String(i))))
    const params = { method: 'Note.list', params: { limit: 10 }, credit: 1 }
    raw.say({ id: 's', method: 'dbal.stream', params })
    expect(await raw.hear()).toMatchObject({
      method: 'dbal.item',
      params: { id: 's', item: { hasMore: true } },
    })
    await raw.ask({ id: 1, method: 'dbal.ping' })
    raw.say({ method: 'dbal.credit', params: { id: 's', n: 5 } })
    expect(await raw.hear()).toMatchObject({ params: { item: { data: { length: 10 } } } })
    expect(await raw.hear()).toMatchObject({ params: { item: { data: { length: 5 } } } })
    expect(await raw.hear()).toMatchObject({ id: 's', result: {} })
  })

  it('stop when they are cancelled', async () => {
    const { raw, client, server } = await start()
    await client.system().notes.createMany(Array.from({ length: 25 }, (_, i) => note(String(i))))
    const params = { method: 'Note.list', params: { limit: 10 }, credit: 1 }
    raw.say({ id: 's', method: 'dbal.stream', params })
    await raw.hear()
    raw.say({ id: 1, method: 'dbal.cancel', params: { id: 's' } })
    const heard = [await raw.hear(), await raw.hear()]
    expect(heard.find(({ id }) => id === 's')?.error?.data?.code).toBe('CANCELLED')
    expect(server.stats().subscriptions).toBe(0)
  })

  it.each([0, -1, 1.5, 'x', 1e9])('refuse a credit of %s', async (credit) => {
    const { raw } = await start()
    const params = { method: 'Note.list', credit }
    const heard = await raw.ask({ id: 's', method: 'dbal.stream', params })
    expect(heard.error?.data?.code).toBe('VALIDATION_ERROR')
  })
})

describe('the end (R42)', () => {
  it('is announced, waits for what runs, and takes no more', async () => {
    const { raw, gate, server } = await start()
    const called = gate.called
    raw.say({ id: 1, ...SHOUT })
    await called
    const drained = server.drain(5_000)
    expect(await raw.hear()).toMatchObject({ method: 'dbal.goaway', params: { withinMs: 5_000 } })
    const refused = await raw.ask({ id: 2, method: 'User.count' })
    expect(refused.error?.data).toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
      outcome: 'none',
    })
    gate.open('LAST')
    expect(await raw.hear()).toMatchObject({ id: 1, result: 'LAST' })
    await drained
    expect(await raw.closed).toBe(CLOSE.GOING_AWAY)
    expect(await (await Raw.open(server)).closed).toBe(CLOSE.GOING_AWAY)
  })

  it('does not wait for ever', async () => {
    const { raw, gate, server } = await start()
    const called = gate.called
    raw.say({ id: 1, ...SHOUT })
    await called
    await server.drain(20)
    expect(await raw.closed).toBe(CLOSE.GOING_AWAY)
    expect(gate.signals[0]?.aborted).toBe(true)
  })
})

describe('handlers (R47)', () => {
  it.each([
    [
      'something that is no error',
      () => {
        // oxlint-disable-next-line no-throw-literal -- it is what is tested
        throw 'secret-of-the-server' as unknown as Error
      },
    ],
    ['an error of its own', () => Promise.reject(new Error('secret-of-the-server at /srv/app.js'))],
    ['nothing', () => undefined],
    ['a number', () => 5],
    [
      'a circle',
      () => {
        const circle: Record<string, unknown> = {}
        circle['self'] = circle
        return circle
      },
    ],
  ])('that answer %s are a fault of the server, and tell nothing', async (_, handler) => {
    const served = await serve({}, { operations: { 'Note.shout': handler } })
    atTheEnd(served.close)
    const raw = await Raw.hello(served.server, 'eve')
    const heard = await raw.ask({ id: 1, ...SHOUT })
    expect(heard.error?.data?.code).toBe('INTERNAL_ERROR')
    expect(JSON.stringify(heard)).not.toMatch(/secret|srv|stack/)
  })
})
