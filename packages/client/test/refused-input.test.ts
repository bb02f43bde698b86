// What no call, transaction or principal has is refused by its name, in process and of a daemon alike.
import { loadEncoding, openLoopback } from '@proj/dbal-bridge-ws'
import { BridgeServer } from '@proj/dbal-bridge-ws/server'
import { afterEach, describe, expect, it, test } from 'vitest'
import {
  AuditMemory,
  createPrincipal,
  DBALClient,
  type Auth,
  type ClientConfig,
  type ScopedClient,
} from '../src/index.ts'
import { bridgeHost } from '../src/serve.ts'
import { ADAPTERS, openShop } from './open-shop.ts'
import { shopModel } from './shop-model.ts'

type Given = Record<string, unknown>

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const USER: Auth = { user: { id: '00000000-0000-4000-8000-00000000000a', role: 'user' } }

async function inProcess(config?: ClientConfig): Promise<ScopedClient> {
  const { client, ann } = await openShop('memory', config)
  closing.push(() => client.close())
  return ann
}

async function ofDaemon(config?: ClientConfig, auth: Auth = USER): Promise<ScopedClient> {
  const { client } = await openShop('memory', config)
  const schema = shopModel()
  const login = async () => ({ auth }) as never
  const server = new BridgeServer(
    await bridgeHost(client, { model: schema, version: 'test', login }),
  )
  const open = async () => {
    const [near, far] = openLoopback(await loadEncoding('json'))
    server.accept(far)
    return near
  }
  const remote = new DBALClient({ mode: 'production', schema, remote: { open } })
  closing.push(async () => {
    await remote.close()
    await server.drain(0)
    await client.close()
  })
  return remote
}

/** What the error says of each field; the answer where there is none. */
async function problems(work: () => unknown): Promise<unknown> {
  try {
    return { answer: await work() }
  } catch (error) {
    const { code, details, requestId } = error as Given & { details?: { fields?: Given[] } }
    expect([code, typeof requestId]).toEqual(['VALIDATION_ERROR', 'string'])
    return Object.fromEntries((details?.fields ?? []).map(({ field, error: why }) => [field, why]))
  }
}

const OWN_PROTO: Given = JSON.parse(
  '{ "entity": "Item", "action": "count", "__proto__": { "input": {} } }',
) as Given
const bare = (parts: Given): Given => Object.assign(Object.create(null) as Given, parts)

describe.each([
  ['in process', inProcess],
  ['of a daemon', ofDaemon],
] as const)('%s', (_, open) => {
  it.each<[string, unknown, Given]>([
    [
      'a key that is misspelt',
      { entity: 'Item', action: 'list', inptu: {} },
      { 'operation.inptu': 'is not a known key; did you mean input?' },
    ],
    [
      'keys of no operation',
      { entity: 'Item', action: 'list', where: 1, options: undefined },
      { 'operation.where': 'is not a known key', 'operation.options': 'is not a known key' },
    ],
    ['a key of prototypes', OWN_PROTO, { 'operation.__proto__': 'is not a known key' }],
    ['no object', null, { operation: 'must be an object' }],
    ['a list', [], { operation: 'must be an object' }],
  ])('an operation with %s is refused', async (_name, operation, expected) => {
    const client = await open()
    expect(await problems(() => client.call(operation as never))).toEqual(expected)
    const inBatch = Object.fromEntries(
      Object.entries(expected).map(([field, why]) => [
        field.replace('operation', 'operations[1]'),
        why,
      ]),
    )
    const count = { entity: 'Item', action: 'count' }
    expect(await problems(() => client.batch([count, operation as never]))).toEqual(inBatch)
    const inTransaction = client.transaction(async (tx) => {
      await tx.batch([operation as never]).catch(() => undefined)
      return tx.call(count)
    })
    // As a nested transaction that fails (TX-7).
    await expect(inTransaction).resolves.toBe(0)
  })

  it.each<[string, (tx: ScopedClient) => unknown]>([
    ['an operation', (tx) => tx.call({ entity: 'Nope', action: 'list' })],
    ['a key of one', (tx) => tx.call({ entity: 'Item', action: 'list', where: {} } as never)],
    ['a method', (tx) => tx.items.sell({})],
    ['an option', (tx) => tx.items.list({}, { timeoutMs: 0 })],
    ['an option of iterate', (tx) => tx.items.iterate({}, { timeoutMs: 0 }).next()],
  ])('a transaction in which %s was refused stores nothing (TX-3)', async (_name, ask) => {
    const client = await open()
    const answers: unknown[] = []
    const codeOf = (error: unknown) => (error as Given)['code']
    const committed = client.transaction(async (tx) => {
      await tx.items.create({ sku: 'a' })
      for (const call of [() => ask(tx), () => tx.items.count()])
        answers.push(await Promise.resolve().then(call).catch(codeOf))
    })
    await expect(committed).rejects.toMatchObject({ code: 'TX_ABORTED' })
    expect(answers).toEqual(['VALIDATION_ERROR', 'TX_ABORTED'])
    expect(await client.items.count()).toBe(0)
  })

  it('an operation without a prototype is one', async () => {
    const client = await open()
    const count = bare({ entity: 'Item', action: 'count', input: bare({}) }) as never
    expect([await client.call(count), await client.batch([count])]).toEqual([0, [0]])
  })

  it('a batch names the operation that is none', async () => {
    const client = await open()
    // oxlint-disable-next-line no-sparse-arrays -- a hole is undefined
    for (const operations of [[null], [5], [,], ['Item.list']])
      expect(await problems(() => client.batch(operations as never))).toEqual({
        'operations[0]': 'must be an object',
      })
    expect(await problems(() => client.batch({ length: 1 } as never))).toEqual({
      operations: 'must be a list',
    })
  })

  it.each<[unknown, Given]>([
    [{ isolaton: 'serializable' }, { 'options.isolaton': 'is not a known option' }],
    [{ retry: 'no' }, { retry: 'must be true or false' }],
    [{ requestId: 'r' }, { 'options.requestId': 'is an option of a call' }],
    [{ timeoutMs: 0 }, { timeoutMs: 'must be a number from 1 to 2147483647' }],
    [{ signal: {} }, { signal: 'must be an AbortSignal' }],
    [{ idempotencyKey: '' }, { idempotencyKey: 'must be a text of at most 200 characters' }],
    [null, { options: 'must be an object' }],
  ])('transactions and batches do not take %o', async (options, expected) => {
    const client = await open()
    const none = async (): Promise<void> => {}
    expect(await problems(() => client.transaction(none, options as never))).toEqual(expected)
    expect(await problems(() => client.batch([], options as never))).toEqual(expected)
    expect(await problems(() => client.transaction('work' as never))).toEqual({
      work: 'must be a function',
    })
  })

  it('a limit that is none is all that is named', async () => {
    const client = await open()
    for (const limit of [Infinity, 6, 1e308])
      expect(Object.keys((await problems(() => client.items.list({ limit }))) as Given)).toEqual([
        'limit',
      ])
  })
})

describe('auth', () => {
  it.each<[string, unknown, Given]>([
    [
      'a key that is misspelt',
      { usr: {} },
      { 'auth.usr': 'is not a known key; did you mean user?' },
    ],
    [
      'claims that are not under user',
      { id: 'a', role: 'admin' },
      { 'auth.id': 'is not a known key', 'auth.role': 'is not a known key' },
    ],
    [
      'a key of prototypes',
      JSON.parse('{ "__proto__": { "user": { "id": 1 } } }'),
      { 'auth.__proto__': 'is not a known key' },
    ],
    [
      'a text as roles',
      { user: { roles: 'admin' } },
      { 'auth.user.roles': 'must be a list of names' },
    ],
    [
      'a list of others',
      { user: { roles: [1] } },
      { 'auth.user.roles': 'must be a list of names' },
    ],
    [
      'a list as role',
      { user: { role: ['admin'] } },
      { 'auth.user.role': 'must be one role; use roles for several' },
    ],
    ['a text as session', { session: 'token' }, { 'auth.session': 'must be an object' }],
    ['a list', [], { auth: 'must be a plain object' }],
    ['a text', 'admin', { auth: 'must be a plain object' }],
    ['one that is still to come', Promise.resolve({}), { auth: 'must be a plain object' }],
    [
      'a user who is still to come',
      { user: Promise.resolve({ id: 1 }) },
      { 'auth.user': 'must be an object' },
    ],
    [
      'one that is inherited',
      Object.create({ user: { id: 'a', role: 'admin' } }),
      { auth: 'must be a plain object' },
    ],
  ])('%s is refused', async (_, auth, expected) => {
    const client = await inProcess()
    expect(await problems(() => ofDaemonAs(auth as Auth))).toEqual(expected)
    for (const make of [
      () => createPrincipal(auth as Auth),
      () => client.as(auth as Auth),
      () => new DBALClient({ auth: auth as Auth }),
    ]) {
      const fields = Object.entries(expected).map(([field, error]) => ({ field, error }))
      expect(make).toThrow(
        expect.objectContaining({ code: 'VALIDATION_ERROR', details: { fields } }) as Error,
      )
    }
  })

  it('role and roles are joined', () => {
    const { roles, claims } = createPrincipal({ user: { role: 'user', roles: ['admin', 'user'] } })
    expect(roles).toEqual(['user', 'admin'])
    expect(claims.get('roles')).toEqual(['user', 'admin'])
  })

  async function ofDaemonAs(auth: Auth): Promise<unknown> {
    return (await ofDaemon({}, auth)).call({ entity: 'Item', action: 'count' })
  }
})

test.each<[unknown, Given[]]>([
  [{ limt: 5 }, [{ field: 'options.limt', error: 'is not a known option' }]],
  [
    JSON.parse('{ "__proto__": { "limit": 1 }, "limit": 0 }'),
    [
      { field: 'options.__proto__', error: 'is not a known option' },
      { field: 'limit', error: 'must be a whole number of 1 or more' },
    ],
  ],
  [null, [{ field: 'options', error: 'must be an object' }]],
])('a memory of entries does not take %o', (options, fields) => {
  expect(() => new AuditMemory(options as never)).toThrow(
    expect.objectContaining({ code: 'VALIDATION_ERROR', details: { fields } }) as Error,
  )
})

describe.each(ADAPTERS)('on %s', (adapter) => {
  it.each<[string, (client: ScopedClient) => unknown, Given]>([
    [
      'options of a call',
      (client) =>
        client.call({ entity: 'Item', action: 'create', input: { sku: 'a' } }, { timeoutMs: -1 }),
      { operation: 'create', changedFields: ['sku'] },
    ],
    [
      'a key of an operation',
      (client) => client.call({ entity: 'Item', action: 'create', inptu: {} } as never),
      { operation: 'create' },
    ],
    [
      'options of a method',
      (client) => client.items.create({ sku: 'a' }, { idempotencyKey: '' }),
      { operation: 'create' },
    ],
    [
      'an option that is none',
      (client) => client.items.deleteMany({ sku: 'a' }, { al: true }),
      { operation: 'delete_many' },
    ],
    ['a key that is none', (client) => client.items.update(null, {}), { operation: 'update' }],
    [
      'options in a transaction',
      (client) => client.transaction((tx) => tx.items.create({ sku: 'a' }, { timeoutMs: 0 })),
      { operation: 'create' },
    ],
  ])('a refusal of %s is entered (AUDIT-27)', async (_, work, expected) => {
    const memory = new AuditMemory()
    const { client, ann } = await openShop(adapter, {
      security: { enableAuditLog: true, auditSink: memory },
    })
    closing.push(() => client.close())
    const before = memory.entries.length
    const error = (await Promise.resolve()
      .then(() => work(ann))
      .catch((cause: unknown) => cause)) as Given
    expect(error).toMatchObject({ code: 'VALIDATION_ERROR' })
    const entry = memory.entries.slice(before)
    expect(entry).toEqual([
      expect.objectContaining({
        ...expected,
        entity: 'Item',
        success: false,
        code: 'VALIDATION_ERROR',
        requestId: error['requestId'],
        entryId: error['decisionId'],
      }),
    ])
  })

  it('a transaction and a batch that are refused whole are no call', async () => {
    const memory = new AuditMemory()
    const { client, ann } = await openShop(adapter, {
      security: { enableAuditLog: true, auditSink: memory },
    })
    closing.push(() => client.close())
    const before = memory.entries.length
    const create = { entity: 'Item', action: 'create', input: { sku: 'a' } }
    await expect(ann.batch([create], { timeoutMs: 0 })).rejects.toThrow()
    await expect(ann.batch([create, null as never])).rejects.toThrow()
    await expect(ann.transaction(async () => {}, { timeoutMs: 0 })).rejects.toThrow()
    expect(memory.entries.slice(before)).toEqual([])
    expect(await ann.items.count()).toBe(0)
  })

  it('an operation of a keyed batch that its caller may not ask is entered', async () => {
    const memory = new AuditMemory()
    const { client, ann } = await openShop(adapter, {
      security: { enableAuditLog: true, auditSink: memory },
    })
    closing.push(() => client.close())
    const before = memory.entries.length
    const remove = { entity: 'Review', action: 'delete', input: { id: crypto.randomUUID() } }
    await expect(ann.batch([remove], { idempotencyKey: 'k' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
    expect(memory.entries.slice(before)).toMatchObject([
      { entity: 'Review', operation: 'delete', success: false, code: 'FORBIDDEN' },
    ])
  })
})
