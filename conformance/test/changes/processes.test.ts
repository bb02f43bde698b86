// Notices between clients that share nothing but a store, and what becomes of them when it goes away.
import { connect, createServer, type Server, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { DBALClient, type ScopedClient } from '@proj/dbal'
import { openMemory } from '@proj/dbal-adapter-memory'
import { openPrisma } from '@proj/dbal-adapter-prisma'
import { afterEach, describe, expect, test } from 'vitest'
import { borrowed } from '../../src/targets/closed-with.ts'
import { serverTarget } from '../../src/targets/servers.ts'
import { Follower } from './follow.ts'
import { notesModel } from './notes-model.ts'

const schema = notesModel()
const { DBAL_TEST_POSTGRES_URL: postgres, DBAL_TEST_REDIS_URL: redis } = process.env

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** A way to a server that can be cut and mended. */
class Way {
  readonly #target: URL
  readonly #sockets = new Set<Socket>()
  readonly #server: Server
  #cut = false

  constructor(target: string) {
    this.#target = new URL(target)
    this.#server = createServer((near) => {
      if (this.#cut) return near.destroy()
      const far = connect(Number(this.#target.port), this.#target.hostname)
      for (const socket of [near, far]) {
        this.#sockets.add(socket)
        socket.on('error', () => undefined)
        socket.on('close', () => {
          near.destroy()
          far.destroy()
        })
      }
      near.pipe(far).pipe(near)
    })
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    ends.push(() => {
      this.cut()
      this.#server.close()
    })
    const url = new URL(this.#target)
    url.hostname = '127.0.0.1'
    url.port = String((this.#server.address() as AddressInfo).port)
    return url.href
  }

  cut(): void {
    this.#cut = true
    for (const socket of this.#sockets) socket.destroy()
    this.#sockets.clear()
  }

  mend(): void {
    this.#cut = false
  }
}

function client(config: ConstructorParameters<typeof DBALClient>[0]): DBALClient {
  const opened = new DBALClient({ schema, ...config })
  ends.push(() => opened.close())
  return opened
}

const user = (of: DBALClient): ScopedClient => of.as({ user: { id: 'ann', role: 'user' } })

const shared = [
  ['Redis', redis],
  ['PostgreSQL', postgres],
].filter((each): each is [string, string] => each[1] !== undefined)

describe.each(shared)('notices over %s', (_, url) => {
  test('survive the loss of either connection, and come once', { timeout: 30_000 }, async () => {
    const store = openMemory({ model: schema })
    ends.push(() => store.close())
    const ways = [new Way(url), new Way(url)] as const
    const [here, there] = await Promise.all(ways.map((way) => way.open()))
    const reader = client({ adapter: borrowed(store), state: { url: here } })
    const writer = client({ adapter: borrowed(store), state: { url: there } }).system()
    const follower = new Follower(user(reader), 'notes')
    await follower.until(() => follower.events.length === 1)
    const add = async (id: string): Promise<void> => {
      await writer.notes.create({ id, open: true })
    }
    await add('1')
    await follower.until(() => follower.rows.has('1'))
    ways[0].cut()
    await add('2')
    ways[0].mend()
    await follower.until(() => follower.rows.has('2'))
    ways[1].cut()
    await add('3')
    ways[1].mend()
    await follower.until(() => follower.rows.has('3'))
    expect(follower.events.map(({ type }) => type)).toEqual([
      'snapshot',
      'entered',
      'entered',
      'entered',
    ])
    await follower.leave()
  })
})

test.runIf(postgres !== undefined)(
  'a database that is away ends no subscription',
  { timeout: 30_000 },
  async () => {
    const direct = await serverTarget('postgres', postgres ?? '').open(schema)
    ends.push(() => direct.close())
    const [row] = (await direct.schema?.query('SELECT current_database() AS name')) ?? []
    const own = new URL(postgres ?? '')
    own.pathname = `/${String(row?.['name'])}`
    const way = new Way(own.href)
    const adapter = await openPrisma({ model: schema, url: await way.open(), poolSize: 2 })
    const reader = client({ adapter, state: { url: own.href } })
    const writer = client({ adapter: borrowed(direct), state: { url: own.href } }).system()
    await writer.notes.create({ id: '1', open: true })
    const follower = new Follower(user(reader), 'notes')
    await follower.until(() => follower.rows.size === 1)
    way.cut()
    await writer.notes.create({ id: '2', open: true })
    await expect(user(reader).notes.list()).rejects.toMatchObject({ name: 'DBALError' })
    way.mend()
    await follower.until(() => follower.rows.size === 2)
    expect(follower.events.map(({ type }) => type)).toEqual(['snapshot', 'entered'])
    await follower.leave()
  },
)

test('a state.url that names no store is refused', async () => {
  const call = client({ state: { url: 'ftp://nowhere' } })
    .system()
    .notes.list()
  await expect(call).rejects.toMatchObject({ code: 'VALIDATION_ERROR' })
})
