// Who subscribes and stops reading, on a real socket: what waits for them is bounded, they are closed as a slow
// consumer, and others hear of every change (BR-42, SUB-12).
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { CLOSE, type Wire } from '../src/index.ts'
import { atTheEnd, connect, start } from './scene.ts'
import { ADA, listen } from './serve.ts'

const HIGH_WATER = 128 * 1024
const TEXT = 'x'.repeat(60_000)
/** What is sent at once: an event, and its frame. */
const EVENT = TEXT.length + 1024
/** More than systems keep for a connection. */
const MOST_CHANGES = 2_000

const hello = { method: 'dbal.hello', params: { token: 'eve', versions: { min: 1, max: 1 } } }
const subscribe = { method: 'dbal.subscribe', params: { entity: 'User', credit: 100_000 } }
const ping = { method: 'dbal.ping', params: {} }

test('a subscriber who stops reading is closed, and holds up nobody', async () => {
  const served = await start({ heartbeatMs: 700, sendHighWater: HIGH_WATER })
  const codes: number[] = []
  const accept = served.server.accept.bind(served.server)
  Object.assign(served.server, {
    accept: (wire: Wire) => {
      const close = wire.close.bind(wire)
      accept(
        Object.assign(wire, {
          close: (code: number, reason: string) => {
            codes.push(code)
            close(code, reason)
          },
        }),
      )
    },
  })
  const { users } = served.client.system()
  const { http, endpoint } = await listen(served.server)
  atTheEnd(() => http.close())
  const sockets: Socket[] = []
  http.on('connection', (socket: Socket) => sockets.push(socket))

  const slow = new WebSocket(`ws://${endpoint}/rpc`, 'dbal.v1+json')
  atTheEnd(() => slow.terminate())
  await once(slow, 'open')
  let lastId = 0
  const say = (frame: object): void => {
    lastId += 1
    slow.send(JSON.stringify({ jsonrpc: '2.0', id: lastId, ...frame }))
  }
  say(hello)
  await once(slow, 'message')
  say(subscribe)
  await once(slow, 'message')
  slow.pause()

  const other = connect(endpoint)
  const events = other.users.subscribe({}) as AsyncIterator<{ readonly row?: object }>
  await events.next()
  const [far] = sockets as [Socket]
  const waiting = (): number => far.writableLength
  let most = 0
  let changes = 0
  const change = async (): Promise<void> => {
    changes += 1
    const settings = { changes, TEXT }
    await users.update(ADA, { settings })
    expect((await events.next()).value).toMatchObject({ row: { settings } })
    most = Math.max(most, waiting())
  }
  for (let n = 0; waiting() <= HIGH_WATER && n < MOST_CHANGES; n += 1) {
    // It is there, and says so.
    say(ping)
    await change()
  }
  expect(waiting()).toBeGreaterThan(HIGH_WATER)
  const closed = once(far, 'close')
  for (let i = 0; i < 5; i += 1) await change()
  await closed
  expect(codes).toEqual([CLOSE.SLOW_CONSUMER])
  expect(most).toBeLessThan(HIGH_WATER + 2 * EVENT)
  expect(served.server.stats()).toMatchObject({ connections: 1, subscriptions: 1 })
  await change()
})
