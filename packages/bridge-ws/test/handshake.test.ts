import { DBALClient } from '@proj/dbal'
import { compileWorkspace } from '@proj/dbal-schema'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { CLOSE } from '../src/index.ts'
import { Raw } from './raw.ts'
import { atTheEnd, start } from './scene.ts'
import { listen, model } from './serve.ts'

describe('subprotocols (R5)', () => {
  it.each([['dbal.v2+json'], [], ['graphql-ws']])('refuses %s', async (...names) => {
    const { http, endpoint } = await listen((await start()).server)
    atTheEnd(() => http.close())
    const socket = new WebSocket(`ws://${endpoint}/rpc`, names)
    const error = await new Promise<Error>((resolve) => {
      socket.on('error', resolve)
    })
    expect(error.message).toContain('400')
  })

  it('takes the first that it knows', async () => {
    const { http, endpoint } = await listen((await start()).server)
    atTheEnd(() => http.close())
    const socket = new WebSocket(`ws://${endpoint}/rpc`, ['x', 'dbal.v1+cbor', 'dbal.v1+json'])
    await new Promise((resolve) => {
      socket.on('open', resolve)
    })
    expect(socket.protocol).toBe('dbal.v1+cbor')
    expect(socket.extensions).toBe('')
    socket.terminate()
  })
})

describe('hello (R6)', () => {
  it('is wanted in time', async () => {
    const raw = await Raw.open((await start({ helloTimeoutMs: 20 })).server)
    expect(await raw.closed).toBe(CLOSE.HELLO_TIMEOUT)
  })

  it('holds what comes before its answer', async () => {
    const raw = await Raw.open((await start()).server)
    raw.say({ id: 1, method: 'User.count' })
    raw.say({ id: 'h', method: 'dbal.hello', params: { token: 'eve' } })
    expect(await raw.hear()).toMatchObject({ id: 'h', result: { schema: 'exact', version: 1 } })
    expect(await raw.hear()).toMatchObject({ id: 1, result: 2 })
  })

  it('drops what it held where it fails', async () => {
    const raw = await Raw.open((await start()).server)
    raw.say({ id: 1, method: 'User.count' })
    raw.say({ id: 'h', method: 'dbal.hello', params: { token: 'mallory' } })
    expect(await raw.hear()).toMatchObject({ id: 'h', error: { data: { code: 'UNAUTHORIZED' } } })
    expect(await raw.closed).toBe(CLOSE.UNAUTHORIZED)
  })

  it('holds no more than there is room for', async () => {
    const raw = await Raw.open((await start({ inFlight: 3 })).server)
    for (let id = 0; id < 5; id += 1) raw.say({ id, method: 'User.count' })
    expect(await raw.closed).toBe(CLOSE.TOO_MANY)
  })

  it.each([{ versions: { min: 2, max: 3 } }, { versions: { min: 0, max: 0 } }])(
    'agrees on a version, or on none: %j (R8)',
    async (params) => {
      const raw = await Raw.open((await start()).server)
      const { error } = await raw.ask({ id: 'h', method: 'dbal.hello', params })
      expect(error?.data?.code).toBe('CAPABILITY_NOT_SUPPORTED')
    },
  )

  it.each([{ versions: 5 }, { versions: {} }, { token: 5 }])('refuses %j', async (params) => {
    const raw = await Raw.open((await start()).server)
    const { error } = await raw.ask({ id: 'h', method: 'dbal.hello', params })
    expect(error?.data?.code).toBe('VALIDATION_ERROR')
  })
})

describe('another login (R33, R34)', () => {
  it('renews the one there is, roles and all', async () => {
    const raw = await Raw.hello((await start()).server, 'eve')
    const create = { method: 'User.create', params: { username: 'bob' } }
    expect((await raw.ask({ id: 1, ...create })).error?.data?.code).toBe('FORBIDDEN')
    const hello = { method: 'dbal.hello', params: { token: 'eve-raised' } }
    expect(await raw.ask({ id: 2, ...hello })).toMatchObject({ result: {} })
    expect((await raw.ask({ id: 3, ...create })).result).toMatchObject({ username: 'bob' })
  })

  it('counts for the next statement of an open transaction', async () => {
    const raw = await Raw.hello((await start()).server, 'eve-raised')
    await raw.ask({ id: 1, method: 'dbal.begin', params: { tx: 't' } })
    const create = (username: string): object => ({
      method: 'User.create',
      params: { username },
      meta: { tx: 't' },
    })
    expect((await raw.ask({ id: 2, ...create('bob') })).error).toBeUndefined()
    await raw.ask({ id: 3, method: 'dbal.hello', params: { token: 'eve' } })
    expect((await raw.ask({ id: 4, ...create('eve2') })).error?.data?.code).toBe('FORBIDDEN')
  })

  it.each(['ada', undefined])('refuses that of %s, and keeps the first (R35)', async (token) => {
    const raw = await Raw.hello((await start()).server, 'eve')
    const params = token === undefined ? {} : { token }
    const { error } = await raw.ask({ id: 2, method: 'dbal.hello', params })
    expect(error?.data?.code).toBe('FORBIDDEN')
    expect(
      (await raw.ask({ id: 3, method: 'User.create', params: { username: 'x' } })).error?.data
        ?.code,
    ).toBe('FORBIDDEN')
  })
})

describe('schemas (R7)', () => {
  async function connect(text: string): Promise<unknown> {
    const { server } = await start()
    const { http, endpoint } = await listen(server)
    atTheEnd(() => http.close())
    const { model: other, diagnostics } = compileWorkspace([
      { path: 'entities/all.yaml', text },
      { path: 'roles.yaml', text: 'roles: [user, admin]' },
    ])
    if (other === undefined) throw new Error(JSON.stringify(diagnostics))
    expect(other.hash).not.toBe(model.hash)
    const auth = { session: { token: 'eve' } }
    const client = new DBALClient({ mode: 'production', endpoint, schema: other, auth })
    atTheEnd(() => client.close())
    return client.users.list({ select: ['username'] })
  }

  it('takes a client that knows less', async () => {
    const text =
      'entity: User\nfields: { id: { type: uuid, primary: true, generated: true }, username: { type: string, required: true } }'
    expect(await connect(text)).toMatchObject({ data: [{ username: 'ada' }, { username: 'eve' }] })
  })

  it.each([
    ['a field of another type', 'username: { type: integer, required: true }'],
    [
      'a field that is gone',
      'username: { type: string, required: true }, age: { type: integer, nullable: true }',
    ],
    ['a field that it must send and does not know', 'score: { type: bigint, nullable: true }'],
  ])('refuses a client with %s, by the name of the entity', async (_, fields) => {
    const text = `entity: User\nfields: { id: { type: uuid, primary: true, generated: true }, ${fields} }`
    await expect(connect(text)).rejects.toMatchObject({
      code: 'SCHEMA_MISMATCH',
      details: { entities: ['User'] },
    })
  })
})

describe('a login with an end (R32)', () => {
  it('ends transactions and new work, then the connection', async () => {
    const { server } = await start({ renewalMs: 30 })
    const end = Date.now() + 60
    const raw = await Raw.hello(server, `eve/${end}`)
    await raw.ask({ id: 1, method: 'dbal.begin', params: { tx: 't' } })
    expect(await raw.closed).toBe(CLOSE.UNAUTHORIZED)
    expect(server.stats()).toMatchObject({ connections: 0, transactions: 0 })
  })

  it('refuses what comes after it, until it is renewed', async () => {
    const { server } = await start()
    const raw = await Raw.hello(server, `eve/${Date.now() - 1}`)
    const count = { method: 'User.count' }
    expect((await raw.ask({ id: 1, ...count })).error?.data?.code).toBe('UNAUTHORIZED')
    await raw.ask({ id: 2, method: 'dbal.hello', params: { token: 'eve' } })
    expect((await raw.ask({ id: 3, ...count })).result).toBe(2)
  })

  it('is renewed by a client that is asked for tokens', async () => {
    const { server } = await start()
    const { http, endpoint } = await listen(server)
    atTheEnd(() => http.close())
    let asked = 0
    let again = (): void => {}
    const askedAgain = new Promise<void>((resolve) => {
      again = resolve
    })
    const token = (): string => {
      asked += 1
      if (asked > 1) again()
      return `eve/${Date.now() + (asked === 1 ? 4_000 : 60_000)}`
    }
    const client = new DBALClient({
      mode: 'production',
      endpoint,
      schema: model,
      auth: { session: { token } },
    })
    atTheEnd(() => client.close())
    await client.users.count()
    await askedAgain
    expect(await client.users.count()).toBe(2)
  })
})
