// A client over plain HTTP (BR-26, BR-50 and on): the same answers, and what needs a connection is refused.
import { DBALClient, isDBALError } from '@proj/dbal'
import { compileWorkspace, type Model } from '@proj/dbal-schema'
import { describe, expect, it, vi } from 'vitest'
import { Gate } from './gate.ts'
import { openFront, type Fate, type Front } from './http-front.ts'
import { atTheEnd, code, connect, NOTE, start } from './scene.ts'
import { ADA, CONTRACT, EVE, ROLES, serve, type Served } from './serve.ts'

const HTTP = { transport: 'http' } as const
const compile = (text: string): Model => {
  const { model: other, diagnostics } = compileWorkspace([
    { path: 'entities/all.yaml', text },
    { path: 'roles.yaml', text: ROLES },
  ])
  if (other === undefined) throw new Error(JSON.stringify(diagnostics))
  return other
}

async function scene(
  ...given: Parameters<typeof start>
): Promise<{ served: Served; front: Front }> {
  const served = await start(...given)
  const front = await openFront(served.server)
  atTheEnd(() => front.close())
  return { served, front }
}

/** The next messages with this method meet these fates, and what comes after them passes. */
function meets(front: Front, method: string, ...fates: readonly Fate[]): void {
  const left = [...fates]
  front.fate = (seen) => (seen.method === method ? (left.shift() ?? 'passed') : 'passed')
}

describe.each(['json', 'cbor'] as const)('over HTTP in %s', (encoding) => {
  it('a client calls, batches and reads a list to its end', async () => {
    const { served, front } = await scene()
    const client = connect(front.endpoint, { ...HTTP, encoding })
    const row = await client.notes.create(NOTE)
    expect(row).toEqual(await served.client.system().notes.read(row.id))
    const rows = Array.from({ length: 25 }, (_, i) => ({ text: `n${i}`, ownerId: EVE }))
    await client.notes.createMany(rows)
    const texts: string[] = []
    for await (const { text } of client.notes.iterate({ limit: 10 })) texts.push(text)
    expect(texts.sort()).toEqual(['a', ...rows.map(({ text }) => text)].sort())
    const owners: string[] = []
    const distinct = { distinct: ['ownerId'], select: ['ownerId'], limit: 1 }
    for await (const { ownerId } of client.notes.iterate(distinct)) owners.push(ownerId)
    expect(owners).toEqual([EVE])
    const create = (text: string) => ({
      entity: 'Note',
      action: 'create',
      input: { text, ownerId: EVE },
    })
    const count = { entity: 'Note', action: 'count', input: {} }
    expect(await client.batch([create('b'), count])).toMatchObject([{ text: 'b' }, 27])
    const missing = { entity: 'Note', action: 'read', input: { id: ADA } }
    await expect(client.batch([create('c'), missing])).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await client.notes.count()).toBe(27)
  })
})

describe('what needs a connection that stays', () => {
  it('is refused before anything of it is sent, and the client says so', async () => {
    const { front } = await scene()
    const client = connect(front.endpoint, HTTP)
    const { features } = await client.capabilities()
    expect([...features]).toEqual(expect.arrayContaining(['aggregations', 'relations']))
    for (const lasting of ['transactions', 'nested_transactions', 'changes'])
      expect(features).not.toContain(lasting)
    let ran = false
    const before = front.seen.length
    const begun = client.transaction(async () => {
      ran = true
    })
    await expect(begun).rejects.toMatchObject({
      code: 'CAPABILITY_NOT_SUPPORTED',
      details: { capability: 'transactions' },
    })
    const events = client.subscribe('Note')[Symbol.asyncIterator]()
    await expect(events.next()).rejects.toMatchObject({
      code: 'CAPABILITY_NOT_SUPPORTED',
      details: { capability: 'changes' },
    })
    expect({ ran, sent: front.seen.length - before }).toEqual({ ran: false, sent: 0 })
  })
})

describe('a contract over HTTP', () => {
  const LESS = compile(`
entity: User
fields: { id: { type: uuid, primary: true, generated: true }, username: { type: string, required: true } }`)
  const OTHER = compile(`
entity: User
fields: { id: { type: uuid, primary: true, generated: true }, username: { type: integer, required: true } }`)
  const MORE = compile(CONTRACT.replace('acl:', '  nick: { type: string, nullable: true }\nacl:'))

  it('that knows less is served, and one that means something else is not', async () => {
    const { front } = await scene()
    const less = connect(front.endpoint, HTTP, { schema: LESS })
    expect(await less.users.count()).toBe(2)
    const other = connect(front.endpoint, HTTP, { schema: OTHER })
    await expect(other.users.count()).rejects.toMatchObject({
      code: 'SCHEMA_MISMATCH',
      details: { entities: ['User'] },
    })
  })

  it('that the daemon serves no more is found out before anything is done', async () => {
    const { served, front } = await scene()
    const client = connect(front.endpoint, HTTP, { schema: LESS })
    const hellos = (): number => front.methods().filter((each) => each === 'dbal.hello').length
    await client.users.count()
    expect(hellos()).toBe(2)
    front.server = (await start({}, { schema: MORE })).server
    expect(await client.users.count()).toBe(2)
    expect(hellos()).toBe(4)
    const other = await serve({}, { schema: OTHER, operations: {} })
    atTheEnd(() => other.close())
    front.server = other.server
    await expect(client.users.create({ username: 'bob' })).rejects.toMatchObject({
      code: 'SCHEMA_MISMATCH',
      details: { entities: ['User'] },
      outcome: 'none',
    })
    expect(await other.client.system().users.count()).toBe(0)
    front.server = served.server
    expect(await client.users.count()).toBe(2)
  })

  it('is told to who brings none, as far as they may know it', async () => {
    const { front } = await scene()
    const client = new DBALClient({
      mode: 'production',
      endpoint: front.endpoint,
      auth: { session: { token: 'eve' } },
      remote: HTTP,
    })
    atTheEnd(() => client.close())
    expect(await client.users.count()).toBe(2)
    expect(await client.users.create({ username: 'x' }).catch(code)).toBe('FORBIDDEN')
  })
})

describe('a token over HTTP', () => {
  it('is in the header of each message, and nowhere else', async () => {
    const { front } = await scene()
    const client = connect(front.endpoint, HTTP)
    await client.notes.create(NOTE)
    expect(front.seen.length).toBeGreaterThan(1)
    for (const { url, headers, body } of front.seen) {
      expect(headers['authorization']).toBe('Bearer eve')
      expect(`${url} ${body}`).not.toContain('"eve"')
      expect(url).toBe('/rpc')
    }
  })

  it('that is none is UNAUTHORIZED, and one that no header holds as well', async () => {
    const { front } = await scene()
    for (const token of ['nobody', 'a b', 'line\nbreak', 'ü', '']) {
      const client = connect(front.endpoint, HTTP, { auth: { session: { token } } })
      const error: unknown = await client.users.count().catch((cause: unknown) => cause)
      expect(code(error)).toBe('UNAUTHORIZED')
      if (token !== '') expect(JSON.stringify(error)).not.toContain(token)
    }
  })

  it('is asked for again when it is accepted no more, and what was asked is asked again', async () => {
    const { served, front } = await scene()
    served.logins.set('first', { user: { id: EVE, role: 'user' } })
    const tokens = ['first', 'eve']
    const token = (): string => tokens.shift() ?? 'none'
    const client = connect(
      front.endpoint,
      { ...HTTP, keys: 'explicit' },
      { auth: { session: { token } } },
    )
    await client.users.count()
    served.logins.delete('first')
    expect(await client.notes.create(NOTE)).toMatchObject(NOTE)
    served.logins.delete('eve')
    expect(await client.users.count().catch(code)).toBe('UNAUTHORIZED')
    expect(await served.client.system().notes.count()).toBe(1)
  })

  it('does not follow a redirect', async () => {
    const { front } = await scene()
    const elsewhere = await openFront(front.server)
    atTheEnd(() => elsewhere.close())
    const client = connect(front.endpoint, { ...HTTP, connectTimeoutMs: 50 })
    front.headers = { location: `http://${elsewhere.endpoint}/rpc` }
    front.fate = () => 307
    expect(await client.users.count().catch(code)).toBe('UNAVAILABLE')
    expect(elsewhere.seen).toEqual([])
  })
})

describe('a message that is lost', () => {
  it.each<Fate>(['request-lost', 'answer-lost', 502, 504])(
    'leaves one change with a key, and another unknown: %s',
    async (fate) => {
      const { served, front } = await scene()
      const client = connect(front.endpoint, { ...HTTP, keys: 'explicit' })
      await client.users.count()
      meets(front, 'Note.create', fate, fate)
      await client.notes.create(NOTE, { idempotencyKey: 'once' })
      expect(await served.client.system().notes.count()).toBe(1)
      meets(front, 'Note.create', fate)
      await expect(client.notes.create(NOTE)).rejects.toMatchObject({
        code: 'OUTCOME_UNKNOWN',
        outcome: 'unknown',
      })
      meets(front, 'User.count', fate)
      expect(await client.users.count()).toBe(2)
      meets(front, 'dbal.batch', fate)
      const create = { entity: 'Note', action: 'create', input: NOTE }
      const before = await served.client.system().notes.count()
      await client.batch([create, create], { idempotencyKey: 'both' })
      expect(await served.client.system().notes.count()).toBe(before + 2)
    },
  )

  it('each time is sent again after pauses, and holds up nobody', async () => {
    const { front } = await scene()
    const pause = { minMs: 400, maxMs: 400 }
    const client = connect(front.endpoint, { ...HTTP, backoff: pause })
    await client.users.count()
    front.fate = ({ method }) => (method === 'Note.create' ? 502 : 'passed')
    const lost = (client.notes.create(NOTE, { timeoutMs: 300 }) as Promise<unknown>).catch(code)
    for (let answer; answer !== 'TIMEOUT'; answer = await Promise.race([lost, Promise.resolve()]))
      expect(await client.users.count()).toBe(2)
    const times = front.methods().filter((each) => each === 'Note.create').length
    expect(times).toBeGreaterThan(1)
    expect(times).toBeLessThan(10)
  })

  it.each<Fate>(['passed', 'request-lost', 'answer-lost'])(
    'leaves the others alone, which come or are lost later: %s',
    async (fate) => {
      const { front } = await scene()
      const client = connect(front.endpoint, HTTP)
      await client.users.count()
      let decide: (fate: Fate) => void = () => {}
      const held = new Promise<Fate>((resolve) => {
        decide = resolve
      })
      const fates: (Fate | Promise<Fate>)[] = [held, 'answer-lost']
      front.fate = ({ method }) => (method === 'User.count' && fates.shift()) || 'passed'
      const first = client.users.count() as Promise<unknown>
      await vi.waitFor(() => expect(fates).toHaveLength(1))
      expect(await client.users.count()).toBe(2)
      decide(fate)
      expect(await first).toBe(2)
    },
  )

  it('is none where somebody on the way refuses it: it is sent again, key or not', async () => {
    const { served, front } = await scene()
    const client = connect(front.endpoint, { ...HTTP, keys: 'explicit' })
    meets(front, 'Note.create', 429, 404)
    await client.notes.create(NOTE)
    expect(await served.client.system().notes.count()).toBe(1)
  })

  it('may have been heard, and nobody says so: the outcome is unknown', async () => {
    const { front } = await scene()
    const client = connect(front.endpoint, { ...HTTP, connectTimeoutMs: 100 })
    await client.users.count()
    front.fate = ({ method }) => (method === 'Note.create' ? 'answer-lost' : 'request-lost')
    await expect(client.notes.create(NOTE)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      outcome: 'unknown',
    })
    await expect(client.users.count()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  })

  it('was too large', async () => {
    const { front } = await scene()
    const client = connect(front.endpoint, HTTP)
    meets(front, 'Note.create', 413)
    expect(await client.notes.create(NOTE).catch(code)).toBe('VALIDATION_ERROR')
  })
})

describe('a handler', () => {
  it('that answers what is no JSON is a fault of the server, and is asked once', async () => {
    let calls = 0
    const broken = (): unknown => {
      calls += 1
      const circle: Record<string, unknown> = {}
      return Object.assign(circle, { circle })
    }
    const { front } = await scene({}, { operations: { 'Note.shout': broken } })
    const client = connect(front.endpoint, { ...HTTP, keys: 'explicit' })
    expect(await (client.notes.shout('x') as Promise<unknown>).catch(code)).toBe('INTERNAL_ERROR')
    expect(calls).toBe(1)
  })
})

describe('a daemon that ends', () => {
  it('leaves what it refuses to the next one', async () => {
    const { served, front } = await scene()
    const client = connect(front.endpoint, { ...HTTP, keys: 'explicit' })
    await client.users.count()
    await served.server.drain(0)
    const next = await start()
    meets(front, 'Note.create', 'passed')
    const pass = front.fate
    front.fate = (seen) => {
      if (seen.method === 'dbal.hello') front.server = next.server
      return pass(seen)
    }
    await client.notes.create(NOTE)
    expect(await next.client.system().notes.count()).toBe(1)
    expect(await served.client.system().notes.count()).toBe(0)
  })
})

describe('who waits no longer', () => {
  it.each(['TIMEOUT', 'CANCELLED'])('is told %s, and the daemon stops', async (expected) => {
    const gate = new Gate()
    const { front } = await scene({}, { operations: { 'Note.shout': gate.handler } })
    const client = connect(front.endpoint, HTTP)
    await client.users.count()
    const stop = new AbortController()
    const called = gate.called
    const shout = client.notes.shout('x', {
      signal: stop.signal,
      ...(expected === 'TIMEOUT' ? { timeoutMs: 300 } : {}),
    })
    const refused = (shout as Promise<unknown>).catch(code)
    await called
    if (expected === 'CANCELLED') stop.abort()
    expect(await refused).toBe(expected)
    await vi.waitFor(() => expect(gate.signals[0]?.aborted).toBe(true))
  })

  it('closed the client', async () => {
    const gate = new Gate()
    const { front } = await scene({}, { operations: { 'Note.shout': gate.handler } })
    const client = connect(front.endpoint, HTTP)
    const called = gate.called
    const shout = (client.notes.shout('x') as Promise<unknown>).catch((error: unknown) => error)
    await called
    await client.close()
    const error = await shout
    expect(isDBALError(error) && [error.code, error.outcome]).toEqual(['UNAVAILABLE', 'unknown'])
  })
})

describe('nobody', () => {
  it('answers: UNAVAILABLE, and nothing was done', async () => {
    const { front } = await scene()
    await front.close()
    const client = connect(front.endpoint, { ...HTTP, connectTimeoutMs: 50 })
    await expect(client.notes.create(NOTE)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      outcome: 'none',
    })
  })

  it('waits for ever behind more than go out at once', async () => {
    const { front } = await scene()
    const client = connect(front.endpoint, HTTP)
    const all = Array.from({ length: 200 }, (_, i) =>
      client.notes.create({ text: `${i}`, ownerId: EVE }),
    )
    await Promise.all(all)
    expect(await client.notes.count()).toBe(200)
  })
})

describe('a config', () => {
  it.each([
    [{ transport: 'smoke' }, 'remote.transport'],
    [{ transport: 'http', open: async () => undefined }, 'remote.transport'],
  ])('that makes no sense is refused: %o', (remote, field) => {
    const make = () =>
      new DBALClient({ mode: 'production', endpoint: 'x:1', remote: remote as never })
    expect(make).toThrow(
      expect.objectContaining({
        code: 'VALIDATION_ERROR',
        details: expect.objectContaining({ fields: [expect.objectContaining({ field })] }),
      }),
    )
  })
})
