// Two daemons over one database behind a balancer: to their callers they are one.
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { DBALClient, type ChangeEvent } from '@proj/dbal'
import { Balancer } from './balancer.ts'
import { newDatabase } from './new-database.ts'
import { ask, projectFolder, serveFolder, type Served } from './serve.ts'

const { DBAL_TEST_POSTGRES_URL: postgres, DBAL_TEST_REDIS_URL: redis } = process.env

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const KEY = `dbal_${randomBytes(12).toString('hex')}`

interface Pair {
  readonly daemons: readonly [Served, Served]
  /** Of the balancer. */
  readonly address: string
}

async function serveTwo(server: string, stateUrl: string, config = ''): Promise<Pair> {
  const sha256 = createHash('sha256').update(KEY).digest('hex')
  // Counted by the id: one of its own for each test, as the store outlives them.
  const keys = `keys:\n  - { name: app, sha256: ${sha256}, user: { id: ${randomUUID()}, role: user } }\n`
  const state = `state: { url: "${stateUrl}" }`
  const cwd = projectFolder({
    config: `auth: { api_keys_file: ./keys.yaml, session: true }\n${state}\n${config}`,
    files: { 'keys.yaml': keys },
  })
  const { url, drop } = await newDatabase(server, `${cwd}/dbal`)
  ends.push(drop)
  const start = async (): Promise<Served> => {
    const daemon = await serveFolder(cwd, { adapter: 'prisma', url })
    ends.push(() => daemon.close())
    return daemon
  }
  const daemons = [await start(), await start()] as const
  const balancer = new Balancer(daemons.map((each) => each.address))
  ends.push(() => balancer.close())
  return { daemons, address: await balancer.open() }
}

/** A client in production at `host:port`. */
function connect(address: string, token = KEY): DBALClient {
  const client = new DBALClient({
    mode: 'production',
    endpoint: `ws://${address}/rpc`,
    auth: { session: { token } },
    remote: { backoff: { minMs: 5, maxMs: 50 } },
  })
  ends.push(() => client.close())
  return client
}

interface Posted {
  readonly status: number
  readonly result?: unknown
  readonly code?: string
}

async function post(
  daemon: Parameters<typeof ask>[0],
  params: object,
  meta: object = {},
): Promise<Posted> {
  const { status, text } = await ask(daemon, '/rpc', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'Note.create', params, meta }),
  })
  const { result, error } = JSON.parse(text) as {
    readonly result?: unknown
    readonly error?: { readonly data: { readonly code: string } }
  }
  return { status, ...(error === undefined ? { result } : { code: error.data.code }) }
}

/** The texts of the notes that a subscriber holds, told each time that they change. */
class Held {
  readonly #texts = new Map<unknown, string>()
  readonly types: string[] = []
  #heard: () => void = () => undefined

  constructor(events: AsyncIterable<ChangeEvent>) {
    void this.#read(events)
  }

  async until(...texts: readonly string[]): Promise<void> {
    const wanted = [...texts].sort().join()
    while ([...this.#texts.values()].sort().join() !== wanted || this.types.length === 0)
      await new Promise<void>((resolve) => {
        this.#heard = resolve
      })
  }

  async #read(events: AsyncIterable<ChangeEvent>): Promise<void> {
    for await (const event of events) {
      this.types.push(event.type)
      if (event.type === 'snapshot') {
        this.#texts.clear()
        for (const row of event.rows) this.#texts.set(row['id'], String(row['text']))
      } else if (event.type === 'left_view') this.#texts.delete(event.key['id'])
      else if (event.type !== 'gap') this.#texts.set(event.row['id'], String(event.row['text']))
      this.#heard()
    }
  }
}

const stores = [
  ['Redis', redis],
  ['PostgreSQL', postgres],
].filter((each): each is [string, string] => each[1] !== undefined && postgres !== undefined)

test('says which stores it was played on', () => {
  const seen = stores.map(([name]) => name).join(', ')
  process.stdout.write(`balanced daemons: ${seen || 'no server is named'}\n`)
})

describe.each(stores)('two daemons that share %s (R44)', (_, stateUrl) => {
  test('have one rate limit (R29)', async () => {
    const { daemons, address } = await serveTwo(
      postgres ?? '',
      stateUrl,
      'security: { rate_limit: { requests_per_minute: 1, burst: 4 } }',
    )
    const balanced = { ...daemons[0], address }
    const codes = []
    for (let i = 0; i < 4; i += 1) codes.push((await post(balanced, { text: `${i}` })).status)
    expect(codes).toEqual([200, 200, 200, 200])
    for (const daemon of daemons) {
      const { status, code } = await post(daemon, { text: 'one more' })
      expect([status, code]).toEqual([429, 'RATE_LIMIT_EXCEEDED'])
    }
  })

  test('do what has a key once, whichever is asked again (R19)', async () => {
    const { daemons } = await serveTwo(postgres ?? '', stateUrl)
    const [one, two] = daemons
    const key = randomUUID()
    const first = await post(one, { text: 'once' }, { key })
    expect(first.status).toBe(200)
    expect(await post(two, { text: 'once' }, { key })).toEqual(first)
    const both = randomUUID()
    const [left, right] = await Promise.all(
      daemons.map((each) => post(each, { text: 'at once' }, { key: both })),
    )
    expect(left).toEqual(right)
    expect(await post(two, { text: 'other' }, { key })).toMatchObject({ code: 'CONFLICT' })
    expect(await one.client.system().notes.count()).toBe(2)
  })

  test('tell each other what was written', { timeout: 20_000 }, async () => {
    const { daemons } = await serveTwo(postgres ?? '', stateUrl)
    const [reader, writer] = daemons.map((each) => connect(each.address)) as [
      DBALClient,
      DBALClient,
    ]
    const held = new Held(reader.notes.subscribe())
    await held.until()
    await writer.notes.create({ text: 'across' })
    await held.until('across')
    await writer.transaction(async (tx) => {
      await tx.notes.create({ text: 'and' })
      await tx.notes.create({ text: 'back' })
    })
    await held.until('across', 'and', 'back')
    expect(held.types.slice(0, 2)).toEqual(['snapshot', 'entered'])
  })

  test('end what a session had open when it ends at the other one (R34)', async () => {
    const { daemons } = await serveTwo(postgres ?? '', stateUrl)
    const [here, there] = daemons
    const system = there.client.system()
    const user = await system.users.create({ username: 'ada', role: 'user' })
    const token = randomUUID()
    const row = { userId: user.id, token, expiresAt: BigInt(Date.now() + 60_000) }
    const session = (await system.sessions.create(row)) as { readonly id: string }
    const client = connect(here.address, token)
    const events = client.notes.subscribe() as AsyncIterator<unknown>
    await events.next()
    const next = events.next()
    await system.sessions.delete(session.id)
    await expect(next).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await expect(client.notes.create({ text: 'x' })).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await expect
      .poll(async () => (await ask(here, '/metrics')).text)
      .toMatch(/^dbal_connections 0$/m)
  })

  test('take over the subscribers of each other (R37)', { timeout: 20_000 }, async () => {
    const { daemons, address } = await serveTwo(postgres ?? '', stateUrl)
    const client = connect(address)
    const held = new Held(client.notes.subscribe())
    await held.until()
    await client.notes.create({ text: 'before' })
    await held.until('before')
    const [first, second] = daemons
    await first.close()
    await client.notes.create({ text: 'after' })
    await held.until('before', 'after')
    expect(held.types).toContain('gap')
    expect(await second.client.system().notes.count()).toBe(2)
  })
})
