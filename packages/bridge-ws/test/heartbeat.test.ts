// BR-33: who is there and says nothing is kept, and who is gone is given up.
import { once } from 'node:events'
import { afterEach, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { loadEncoding, openLoopback } from '../src/index.ts'
import { Connection } from '../src/client/connection.ts'
import type { Welcome } from '../src/protocol/handshake.ts'
import { Raw } from './raw.ts'
import { listen, serve } from './serve.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const HELLO =
  '{"jsonrpc":"2.0","id":1,"method":"dbal.hello","params":{"versions":{"min":1,"max":1}}}'
const PING = '{"jsonrpc":"2.0","id":2,"method":"dbal.ping"}'

test('a page that only answers the pings of WebSocket stays', async () => {
  // Long enough for a machine that has other things to do between a ping and its answer.
  const served = await serve({ heartbeatMs: 300 })
  const { http, endpoint } = await listen(served.server)
  const socket = new WebSocket(`ws://${endpoint}/rpc`, 'dbal.v1+json')
  try {
    await once(socket, 'open')
    socket.send(HELLO)
    await once(socket, 'message')
    for (let pings = 0; pings < 4; pings += 1) await once(socket, 'ping')
    socket.send(PING)
    const [answer] = (await once(socket, 'message')) as [Buffer]
    expect(JSON.parse(answer.toString())).toMatchObject({ id: 2 })
  } finally {
    socket.terminate()
    http.close()
    await served.close()
  }
})

test('who does not answer those either is closed', async () => {
  const served = await serve({ heartbeatMs: 20 })
  const raw = await Raw.open(served.server)
  raw.say({ id: 1, method: 'dbal.hello', params: {} })
  expect(await raw.closed).toBe(4414)
  await served.close()
})

/** A connection over a wire whose other end answers pings where it is `there`. */
async function beating(there: boolean): Promise<Connection> {
  const [near, far] = openLoopback(await loadEncoding('json'))
  far.listen({
    message: (payload) => {
      const { id } = JSON.parse(String(payload)) as { readonly id: number }
      if (there) far.send(`{"jsonrpc":"2.0","id":${id},"result":null}`)
    },
    close: () => {},
    drain: () => {},
  })
  const connection = new Connection(near, { lost: () => {}, goaway: () => {}, expired: () => {} })
  connection.begin({ heartbeatMs: 1_000 } as Welcome)
  return connection
}

test.each([
  [true, false],
  [false, true],
])('a client whose timers are held back keeps a server that is there: %s', async (there, lost) => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  let now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  const connection = await beating(there)
  for (let beat = 0; beat < 5 && !connection.isLost; beat += 1) {
    // The clock goes on by a minute before the timer is served.
    now += 60_000
    await vi.advanceTimersByTimeAsync(1_000)
  }
  expect(connection.isLost).toBe(lost)
  connection.close()
})
