// Connections that are lost, silent or never there, and clocks that jump.
import { isDBALError } from '@proj/dbal'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { CLOSE, type Wire } from '../src/index.ts'
import { delayOf } from '../src/client/backoff.ts'
import { Gate } from './gate.ts'
import { Raw } from './raw.ts'
import { code, connect, NOTE, start, wiresTo } from './scene.ts'
import { EVE } from './serve.ts'

afterEach(() => {
  vi.useRealTimers()
})

describe('a connection that is lost (R14)', () => {
  it('is tried again after a pause that grows, is random, and has an end', () => {
    const backoff = { minMs: 100, maxMs: 10_000 }
    const longest = Array.from({ length: 12 }, (_, i) => delayOf(i, backoff, () => 1))
    expect(longest).toEqual([100, 200, 400, 800, 1600, 3200, 6400, ...Array(5).fill(10_000)])
    expect(delayOf(5, backoff, () => 0)).toBe(50)
    expect(delayOf(5, backoff, () => 0.5)).toBe(1625)
    expect(delayOf(1e9, backoff, () => 1)).toBe(10_000)
  })

  it('leaves reads and keyed changes to the next one, and other changes unknown', async () => {
    const gate = new Gate()
    const served = await start({}, { operations: { 'Note.shout': gate.handler } })
    const { wires, open } = wiresTo(served)
    const client = connect(open, { keys: 'explicit' })
    await client.users.count()
    const called = gate.called
    const lost = [
      client.notes.shout('x').catch(code),
      client.users.count(),
      client.notes.create(NOTE, { idempotencyKey: 'k' }),
    ]
    await called
    wires[0]?.terminate()
    expect(await Promise.all(lost)).toMatchObject(['OUTCOME_UNKNOWN', 2, NOTE])
    expect(await served.client.system().notes.count()).toBe(1)
    expect(wires).toHaveLength(2)
  })

  it('lets no more wait than there is room for, and no longer than they may', async () => {
    const { wires, open } = wiresTo(await start())
    let isAway = false
    const client = connect(() => (isAway ? Promise.reject(new Error('nobody answers')) : open()), {
      offlineQueue: 2,
      connectTimeoutMs: 50,
    })
    await client.users.count()
    isAway = true
    wires[0]?.terminate()
    const errors = await Promise.all(
      Array.from({ length: 3 }, () => client.users.count().catch((error: unknown) => error)),
    )
    const reasons = errors.map((error) => String(isDBALError(error) && error.details?.reason))
    expect(errors.map(code)).toEqual(Array(3).fill('UNAVAILABLE'))
    expect(reasons.sort()).toEqual([
      'the daemon cannot be reached',
      'the daemon cannot be reached',
      'too many requests wait for a connection',
    ])
  })

  it('does a change of many rows once, by one key (R24)', async () => {
    const served = await start()
    const { wires, open } = wiresTo(served)
    const client = connect(open)
    const options = { idempotencyKey: 'many' }
    const rows = Array.from({ length: 50 }, (_, i) => ({ text: String(i), ownerId: EVE }))
    const first = client.notes.createMany(rows, options) as Promise<unknown>
    await vi.waitFor(() => expect(wires).toHaveLength(1))
    wires[0]?.terminate()
    expect(await first).toBe(50)
    expect(await client.notes.createMany(rows, options)).toBe(50)
    expect(await served.client.system().notes.count()).toBe(50)
  })
})

describe('a connection that is silent (R41)', () => {
  it('is closed by the server', async () => {
    const { server } = await start({ heartbeatMs: 20 })
    const raw = await Raw.open(server)
    // Whether or not it is answered before.
    raw.say({ id: 1, method: 'dbal.hello', params: { token: 'eve' } })
    expect(await raw.closed).toBe(CLOSE.SILENT)
  })

  it('is kept by pings, while something long runs', async () => {
    const gate = new Gate()
    const served = await start({ heartbeatMs: 300 }, { operations: { 'Note.shout': gate.handler } })
    const { wires, open } = wiresTo(served)
    const client = connect(open)
    const long = client.notes.shout('x') as Promise<unknown>
    await gate.called
    const from = performance.now()
    await vi.waitFor(() => expect(performance.now() - from).toBeGreaterThan(1_200), 3_000)
    gate.open()
    expect(await long).toBe('OPEN')
    expect(wires).toHaveLength(1)
  })

  it('is given up by the client where nothing is heard, and another one is opened', async () => {
    const served = await start({ heartbeatMs: 20 })
    const { wires, open } = wiresTo(served)
    let isDeaf = false
    const client = connect(async () => {
      const wire = await open()
      if (wires.length > 1) return wire
      // Half open: what is sent arrives nowhere, and nobody says so.
      const send = wire.send.bind(wire)
      return Object.assign(wire, { send: (payload: string) => isDeaf || send(payload) })
    })
    await client.users.count()
    isDeaf = true
    expect(await client.users.count()).toBe(2)
    expect(wires).toHaveLength(2)
  })
})

describe('a message that makes no sense, to the client (R2)', () => {
  it.each([
    '{"jsonrpc":"2.0","id":99,"result":1}',
    '{"jsonrpc":"2.0","id":null,"result":1}',
    '{"id":1}',
    'nonsense',
  ])('closes the connection: %s', async (text) => {
    const served = await start()
    const { wires, open } = wiresTo(served)
    let far: Wire | undefined
    const { server } = served
    const accept = server.accept.bind(server)
    Object.assign(server, {
      accept: (wire: Wire) => {
        far ??= wire
        accept(wire)
      },
    })
    const client = connect(open)
    await client.users.count()
    far?.send(text)
    await vi.waitFor(() => expect(served.server.stats().connections).toBe(0))
    expect(await client.users.count()).toBe(2)
    expect(wires).toHaveLength(2)
  })
})

describe('a clock that jumps (R12)', () => {
  const HOUR = 3_600_000
  const jump = (ms: number): void => {
    const time = Date.now() + ms
    vi.useFakeTimers({ toFake: ['Date'] })
    vi.setSystemTime(time)
  }

  it.each([HOUR, -HOUR])('ends no deadline, heartbeat or pause by %s ms', async (ms) => {
    const gate = new Gate()
    const served = await start({ heartbeatMs: 300 }, { operations: { 'Note.shout': gate.handler } })
    const { wires, open } = wiresTo(served)
    const client = connect(open)
    const long = client.notes.shout('x', { timeoutMs: 30_000 }) as Promise<unknown>
    await gate.called
    jump(ms)
    const from = performance.now()
    await vi.waitFor(() => expect(performance.now() - from).toBeGreaterThan(1_200), 3_000)
    gate.open()
    expect(await long).toBe('OPEN')
    expect(wires).toHaveLength(1)
    const late = client.notes.shout('x', { timeoutMs: 30 }).catch(code)
    expect(await late).toBe('TIMEOUT')
    wires[0]?.terminate()
    expect(await client.users.count()).toBe(2)
  })

  it('ends a login that is over by the clock of the daemon, and gives it back', async () => {
    const { server } = await start()
    const raw = await Raw.hello(server, `eve/${Date.now() + HOUR / 2}`)
    const count = async (id: number): Promise<unknown> => {
      const { result, error } = await raw.ask({ id, method: 'User.count' })
      return result ?? error?.data?.code
    }
    jump(HOUR)
    expect(await count(1)).toBe('UNAUTHORIZED')
    jump(-HOUR)
    expect(await count(2)).toBe(2)
  })

  it('of the client does not say when its login ends', async () => {
    const { server } = await start()
    const raw = await Raw.open(server)
    const params = { token: `eve/${Date.now() + HOUR}` }
    const { result } = await raw.ask({ id: 1, method: 'dbal.hello', params })
    const { expiresInMs } = result as { readonly expiresInMs: number }
    expect(expiresInMs).toBeGreaterThan(HOUR - 10_000)
    expect(expiresInMs).toBeLessThanOrEqual(HOUR)
  })
})
