import { randomBytes } from 'node:crypto'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { compileWorkspace, type Model } from '@proj/dbal-schema'
import pg from 'pg'
import { afterEach, describe, expect, it } from 'vitest'
import { DBALClient, isDBALError, type ClientConfig } from '../src/index.ts'

/** Limits are counted by the name of the operation, so each test has an entity of its own. */
function doorModel(entity: string, limit: string): Model {
  const text = `
entity: ${entity}
fields:
  id: { type: integer, primary: true }
  name: { type: string, optional: true }
acl: { create: { public: true }, read: { public: true } }
operations:
  knock:
    input: [name?]
    output: boolean
    public: true
    rate_limit: ${limit}
  create:
    rate_limit: { max_attempts: 2, window_seconds: 60 }
`
  const { model, diagnostics } = compileWorkspace([{ path: 'entities/door.yaml', text }])
  if (model === undefined) throw new Error(JSON.stringify(diagnostics))
  return model
}

const clients: DBALClient[] = []
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()))
})

const BY_NAME = '{ max_attempts: 3, window_seconds: 60, key: $input.name }'

function open(limit = BY_NAME, config: ClientConfig = {}, entity = 'Door'): DBALClient {
  const client = new DBALClient({
    schema: doorModel(entity, limit),
    operations: { [`${entity}.knock`]: () => true },
    ...config,
  })
  clients.push(client)
  return client
}

const knock = (client: DBALClient, name?: string, entity = 'Door'): Promise<unknown> =>
  client.call({ entity, action: 'knock', input: name === undefined ? {} : { name } })

async function codes(times: number, attempt: () => Promise<unknown>): Promise<unknown[]> {
  const list: unknown[] = []
  for (let n = 0; n < times; n += 1)
    list.push(
      await attempt().then(
        () => 'ok',
        (error: unknown) => (isDBALError(error) ? error.code : error),
      ),
    )
  return list
}

describe('a rate limit', () => {
  it('refuses the attempt that is one too many, and says when to come back', async () => {
    const client = open()
    expect(await codes(3, () => knock(client, 'ada'))).toEqual(['ok', 'ok', 'ok'])
    const error = await knock(client, 'ada').catch((refused: unknown) => refused)
    expect(error).toMatchObject({ code: 'RATE_LIMIT_EXCEEDED', httpStatus: 429, retryable: true })
    const { retryAfter } = (error as { details: { retryAfter: number } }).details
    expect(retryAfter).toBeGreaterThan(50)
    expect(retryAfter).toBeLessThanOrEqual(60)
  })

  it('counts each key apart, and callers where the key is not given', async () => {
    const client = open()
    await codes(3, () => knock(client, 'ada'))
    expect(await codes(1, () => knock(client, 'bob'))).toEqual(['ok'])
    const one = client.as({ user: { id: 1, role: 'user' } })
    const two = client.as({ user: { id: 2, role: 'user' } })
    const ask = (who: typeof one) => () => who.call({ entity: 'Door', action: 'knock', input: {} })
    expect(await codes(4, ask(one))).toEqual(['ok', 'ok', 'ok', 'RATE_LIMIT_EXCEEDED'])
    expect(await codes(1, ask(two))).toEqual(['ok'])
  })

  it('does not count what was refused as malformed', async () => {
    const client = open()
    const malformed = () => client.call({ entity: 'Door', action: 'knock', input: { nam: 'ada' } })
    expect(await codes(5, malformed)).toEqual(Array(5).fill('VALIDATION_ERROR'))
    expect(await codes(1, () => knock(client, 'ada'))).toEqual(['ok'])
  })

  it('holds for a standard operation, also in a batch, and stores nothing beyond it', async () => {
    const client = open()
    const create = (id: number) => ({ entity: 'Door', action: 'create', input: { id } })
    await client.call(create(1))
    await expect(client.batch([create(2), create(3)])).rejects.toMatchObject({
      code: 'RATE_LIMIT_EXCEEDED',
    })
    expect(await client.system().call({ entity: 'Door', action: 'count', input: {} })).toBe(1)
  })

  it('does not bind the system', async () => {
    const client = open()
    const ask = () => client.system().call({ entity: 'Door', action: 'knock', input: {} })
    expect(await codes(5, ask)).toEqual(Array(5).fill('ok'))
  })

  it('lets attempts in again after the window', async () => {
    const client = open('{ max_attempts: 1, window_seconds: 1 }')
    await knock(client, 'ada')
    const error = await knock(client, 'ada').catch((refused: unknown) => refused)
    expect(error).toMatchObject({ code: 'RATE_LIMIT_EXCEEDED', details: { retryAfter: 1 } })
    await expect
      .poll(() => codes(1, () => knock(client, 'ada')), { timeout: 5_000 })
      .toEqual(['ok'])
  })

  it('refuses a store that it does not know', async () => {
    const client = open(BY_NAME, { state: { url: 'mongodb://localhost' } })
    await expect(knock(client, 'ada')).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      details: { fields: [{ field: 'state.url' }] },
    })
  })

  it.each(['redis://127.0.0.1:1', 'postgresql://u:secret@127.0.0.1:1/db'])(
    'says that the store cannot be reached, without its address: %s',
    async (url) => {
      const error = await knock(open(BY_NAME, { state: { url } }), 'ada').catch((e: unknown) => e)
      expect(error).toMatchObject({ code: 'UNAVAILABLE' })
      expect(JSON.stringify(error)).not.toMatch(/127\.0\.0\.1|secret/)
    },
  )
})

const stores = [
  ['Redis', process.env['DBAL_TEST_REDIS_URL']],
  ['PostgreSQL', process.env['DBAL_TEST_POSTGRES_URL']],
] as const

it('says which stores it was played on', () => {
  const seen = stores.flatMap(([name, url]) => (url === undefined ? [] : [name]))
  process.stdout.write(`shared rate limits: ${seen.join(', ') || 'no server is named'}\n`)
})

describe.each(stores.filter(([, url]) => url !== undefined))(
  'a limit counted in %s',
  (name, url) => {
    it('is one limit for all processes', async () => {
      const entity = `Door${randomBytes(6).toString('hex')}`
      const config = { state: { url } }
      const [one, two] = [open(BY_NAME, config, entity), open(BY_NAME, config, entity)]
      const answers = [
        ...(await codes(2, () => knock(one, 'ada', entity))),
        ...(await codes(2, () => knock(two, 'ada', entity))),
        ...(await codes(1, () => knock(one, 'bob', entity))),
      ]
      expect(answers).toEqual(['ok', 'ok', 'ok', 'RATE_LIMIT_EXCEEDED', 'ok'])
      if (name === 'PostgreSQL') {
        const db = new pg.Client({ connectionString: url })
        await db.connect()
        const { rows } = await db.query<{ key: string }>(
          'DELETE FROM _dbal_rate_limits WHERE key LIKE $1 RETURNING key',
          [`%${entity}%`],
        )
        await db.end()
        expect(rows).toHaveLength(2)
        expect(JSON.stringify(rows)).not.toContain('ada')
      }
    })

    it('goes on in the process while the store says nothing', async () => {
      const entity = `Door${randomBytes(6).toString('hex')}`
      const { address, fallSilent, close } = await listenBefore(new URL(url ?? ''))
      const client = open(BY_NAME, { state: { url: address } }, entity)
      expect(await codes(1, () => knock(client, 'ada', entity))).toEqual(['ok'])
      fallSilent()
      const answers = await codes(4, () => knock(client, 'eve', entity))
      expect(answers).toEqual(['ok', 'ok', 'ok', 'RATE_LIMIT_EXCEEDED'])
      await client.close()
      close()
    })
  },
)

/** A store that can be made to take what it is sent and to answer nothing. */
async function listenBefore(store: URL) {
  const sockets = new Set<Socket>()
  let silent = false
  const server = createServer((caller) => {
    const behind = connect(Number(store.port), store.hostname)
    for (const socket of [caller, behind]) sockets.add(socket.on('error', () => undefined))
    caller.on('data', (bytes) => silent || behind.write(bytes))
    behind.on('data', (bytes) => silent || caller.write(bytes))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = new URL(store)
  address.port = String((server.address() as AddressInfo).port)
  return {
    address: address.href,
    fallSilent: () => (silent = true),
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
