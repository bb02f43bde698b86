// Frames that are nearly right: a valid one with something changed. The server answers or closes; it neither
// falls nor grows, and who behaves is served meanwhile. DBAL_TEST_FRAMES asks for more of them.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { BridgeServer } from '../../src/server.ts'
import { Raw } from '../raw.ts'
import { ADA, EVE, serve, type Served } from '../serve.ts'

const FRAMES = Number(process.env['DBAL_TEST_FRAMES'] ?? 4_000)
const SEED = Number(process.env['DBAL_TEST_SEED'] ?? 48)
/** Bytes that the heap may grow by, whatever the number of frames. */
const ROOM = 64 * 1024 * 1024

let served: Served | undefined
afterEach(async () => {
  await served?.close()
})

const METHODS = [
  'User.list',
  'User.create',
  'User.update',
  'User.upsert',
  'User.aggregate',
  'Note.create',
  'Note.shout',
  'Note.nothing',
  'dbal.hello',
  'dbal.ping',
  'dbal.cancel',
  'dbal.begin',
  'dbal.commit',
  'dbal.rollback',
  'dbal.batch',
  'dbal.stream',
  'dbal.subscribe',
  'dbal.credit',
  'dbal.item',
  'rpc.discover',
]
const KEYS = [
  'id',
  'username',
  'score',
  'photo',
  'settings',
  'filter',
  'sort',
  'include',
  'select',
  'where',
  'create',
  'update',
  'items',
  'data',
  'operations',
  'method',
  'params',
  'tx',
  'parent',
  'isolation',
  'credit',
  'n',
  'token',
  'versions',
  'entities',
  'schemaHash',
  'entity',
  'input',
  'misfits',
  '$js',
  'value',
  '__proto__',
  'constructor',
  'AND',
  'NOT',
]

const leaf = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -1,
    1.5,
    1e308,
    '',
    'x',
    ADA,
    EVE,
    't',
    'asc',
    'undefined',
  ),
  fc.string({ maxLength: 20 }),
  fc.integer(),
)
const { value: tree } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...KEYS), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}))
const frame = fc.record(
  {
    jsonrpc: fc.oneof({ weight: 9, arbitrary: fc.constant('2.0') }, { weight: 1, arbitrary: leaf }),
    id: fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 0 }) }, { weight: 1, arbitrary: tree }),
    method: fc.oneof(
      { weight: 20, arbitrary: fc.constantFrom(...METHODS) },
      { weight: 1, arbitrary: leaf },
    ),
    params: tree,
    meta: fc.oneof(
      { weight: 2, arbitrary: fc.constant({}) },
      {
        weight: 1,
        arbitrary: fc.record(
          { tx: leaf, key: leaf, timeoutMs: leaf, misfits: fc.boolean() },
          { requiredKeys: [] },
        ),
      },
    ),
  },
  { requiredKeys: ['jsonrpc', 'method'] },
)
const message = fc.oneof(
  { weight: 12, arbitrary: frame.map((one) => JSON.stringify(one)) },
  { weight: 1, arbitrary: fc.array(frame, { maxLength: 5 }).map((many) => JSON.stringify(many)) },
  {
    weight: 1,
    arbitrary: fc.tuple(frame, fc.nat(), fc.string({ maxLength: 3 })).map(([one, at, junk]) => {
      const text = JSON.stringify(one)
      const cut = at % text.length
      return text.slice(0, cut) + junk + text.slice(cut + 1)
    }),
  },
)

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Without what nobody holds any more: a busy process collects late. */
function heapInUse(): number {
  collect()
  return process.memoryUsage().heapUsed
}

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })

/** Sends until the server has read it: on another connection where that one was closed before. */
class Hostile {
  readonly #server: BridgeServer
  #raw: Raw | undefined
  #opened = 0

  constructor(server: BridgeServer) {
    this.#server = server
  }

  async send(text: string): Promise<void> {
    for (;;) {
      const { wire } = (this.#raw ??= await this.#open())
      wire.send(text)
      // A server that has closed takes nothing; else it has read what no longer waits.
      const isTaken = wire.buffered > 0
      for (let turns = 0; wire.buffered > 0 && this.#raw !== undefined; turns += 1)
        await (turns < 10 ? Promise.resolve() : turn())
      if (isTaken && wire.buffered === 0) return
      await this.end()
    }
  }

  async end(): Promise<void> {
    const raw = this.#raw
    this.#raw = undefined
    raw?.wire.terminate()
    await raw?.closed
  }

  async #open(): Promise<Raw> {
    // Every other one may send several messages in one.
    this.#opened += 1
    const more = this.#opened % 2 === 0 ? { pack: 100 } : {}
    const raw = await Raw.hello(this.#server, 'eve', more)
    const noteEnd = async (): Promise<void> => {
      await raw.closed
      if (this.#raw === raw) this.#raw = undefined
    }
    void noteEnd()
    return raw
  }
}

describe('hostile frames (R48)', () => {
  it(`are survived (${FRAMES}, seed ${SEED})`, { timeout: 7_200_000 }, async () => {
    served = await serve({ idleTransactionMs: 50, helloTimeoutMs: 500 })
    const { server, client } = served
    await client.system().users.createMany([
      { id: ADA, username: 'ada', role: 'admin' },
      { id: EVE, username: 'eve' },
    ])
    const good = await Raw.hello(server, 'eve')
    const bad = new Hostile(server)
    let before = 0
    for (let sent = 0; sent < FRAMES; sent += 200) {
      const messages = fc.sample(message, {
        seed: SEED + sent,
        numRuns: Math.min(200, FRAMES - sent),
      })
      for (const text of messages) await bad.send(text)
      expect((await good.ask({ id: sent, method: 'User.count' })).result).toBeTypeOf('number')
      await bad.end()
      // On sockets the event loop turns; here all of it could go on within one turn, and nothing would be freed.
      await turn()
      if (sent === 2_000) before = heapInUse()
    }
    expect(server.stats()).toMatchObject({ connections: 1, subscriptions: 0 })
    if (before > 0) expect(heapInUse() - before).toBeLessThan(ROOM)
    // Eve made nobody an admin, and nothing of somebody else's.
    expect(await client.system().users.count({ filter: { role: 'admin' } })).toBe(1)
    expect(await client.system().notes.count({ filter: { ownerId: ADA } })).toBe(0)
  })
})
