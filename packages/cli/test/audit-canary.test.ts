// Values that nobody may see are stored, asked for, refused, taken twice and mistyped on the reference
// domain; then all that left the product is searched for them.
import { inspect } from 'node:util'
import { DBALClient, isDBALError, type OperationEvent, type ScopedClient } from '@proj/dbal'
import { AUDIT_ENTITY, type Adapter } from '@proj/dbal-contract'
import { loadWorkspace } from '@proj/dbal-schema'
import { describe, expect, test } from 'vitest'
import { TARGETS } from './audit-targets.ts'
import { dbal, folderWith, REFERENCE } from './run-dbal.ts'

const CANARY = 'tweetytweet'
const secret = (what: string): string => `${CANARY}-${what}-0123456789`
const IDS = [
  '00000000-0000-4000-8000-000000000001',
  '00000000-0000-4000-8000-000000000002',
] as const
const { model } = await loadWorkspace(REFERENCE)
if (model === undefined) throw new Error('no model')
const schema = model

/** Everything of an error that could be printed, its causes included. */
function print(error: unknown): string {
  const chain: string[] = []
  for (let each = error; each instanceof Error; each = each.cause)
    chain.push(
      each.message,
      String(each),
      JSON.stringify(each),
      inspect(each, { depth: 20, showHidden: true }),
    )
  return chain.join('\n')
}

describe.each(TARGETS)('$name', (target) => {
  test('no canary leaves', async () => {
    const adapter = await target.open(schema)
    const out: string[] = []
    const listen = ({ error, ...event }: OperationEvent): void => {
      out.push(JSON.stringify(event), print(error))
    }
    const client = new DBALClient({
      schema,
      adapter,
      missingCode: 'defer',
      security: { enableAuditLog: true },
      onQuery: listen,
      onError: listen,
    })
    const refused = await play(client, out)
    // It is there to be found.
    const stored = await client
      .system()
      .call({ entity: 'Session', action: 'read', input: { id: IDS[0] } })
    expect(inspect(stored)).toContain(CANARY)
    // The program is one that fails often, or it would look for little.
    expect(refused).toBeGreaterThan(30)
    const log = await readLog(adapter)
    out.push(log)
    for (const word of [
      'Credential',
      'CONFLICT',
      'FORBIDDEN',
      'UNAUTHORIZED',
      'RATE_LIMIT_EXCEEDED',
      'ipAddress',
    ])
      expect(log).toContain(word)
    const found = out.filter((text) => text.includes(CANARY))
    expect(found).toEqual([])
    await client.close()
  })
})

async function play(client: DBALClient, out: string[]): Promise<number> {
  const system = client.system()
  let refused = 0
  const attempt = async (caller: ScopedClient, entity: string, action: string, input: object) => {
    try {
      const asked = { entity, action, input: input as Record<string, unknown> }
      const answer = await caller.call(asked)
      // The system may read what is sensitive; nobody may read what is never exposed.
      if (caller !== system) out.push(JSON.stringify(answer))
    } catch (error) {
      if (!isDBALError(error)) throw error
      refused += 1
      out.push(print(error))
    }
  }
  const names = ['ada', 'bob']
  for (const [i, id] of IDS.entries())
    await attempt(system, 'User', 'create', {
      id,
      username: names[i],
      email: `${names[i]}@example.com`,
    })
  const user = client.as({ user: { id: IDS[0], role: 'user', username: 'ada' } })
  const other = client.as({ user: { id: IDS[1], role: 'user', username: 'bob' } })
  const anybody = client.as(undefined)
  const password = secret('password')
  await attempt(user, 'Credential', 'set', { username: 'ada', password })
  const session = {
    id: IDS[0],
    userId: IDS[0],
    token: secret('token'),
    expiresAt: BigInt(Date.now() + 1e9),
    ipAddress: secret('address'),
  }
  await attempt(system, 'Session', 'create', session)
  // Taken twice: the engine's own message has the value.
  await attempt(system, 'Session', 'create', { ...session, id: IDS[1] })
  await attempt(system, 'Session', 'create_many', {
    items: [{ ...session, id: IDS[1] }, { ...session }],
  })
  await attempt(system, 'Session', 'create', {
    ...session,
    id: IDS[1],
    userId: session.id.replace(/.$/, 'f'),
    token: secret('orphan'),
  })
  for (const caller of [system, user, other, anybody]) {
    await attempt(caller, 'Credential', 'verify', {
      username: 'ada',
      password: `${password}-wrong`,
    })
    await attempt(caller, 'Credential', 'verify', { username: 'nobody', password })
    await attempt(caller, 'Credential', 'verify', { username: 'ada', password, extra: password })
    await attempt(caller, 'Credential', 'set', { username: 'bob', password: password.repeat(100) })
    await attempt(caller, 'Credential', 'list', { filter: { passwordHash: secret('hash') } })
    await attempt(caller, 'Credential', 'create', { username: 'ada', passwordHash: secret('hash') })
    await attempt(caller, 'Session', 'list', { filter: { token: session.token } })
    await attempt(caller, 'Session', 'list', { filter: { token: { like: [session.token] } } })
    await attempt(caller, 'Session', 'read', { token: session.token })
    await attempt(caller, 'Session', 'update', { id: session.id, token: secret('other') })
    await attempt(caller, 'Session', 'update', { id: session.id, ipAddress: { a: secret('json') } })
    await attempt(caller, 'Session', 'create', {
      ...session,
      ipAddress: session.ipAddress.repeat(9),
    })
    await attempt(caller, 'Session', 'create', { ...session, expiresAt: secret('number') })
    await attempt(caller, 'Session', 'upsert', {
      where: { token: session.token },
      create: { ...session, id: IDS[1] },
      update: { ipAddress: secret('elsewhere') },
    })
  }
  for (let n = 0; n < 6; n += 1)
    await attempt(anybody, 'Credential', 'verify', { username: 'eve', password })
  await user
    .transaction(async (tx) => {
      await tx.call({ entity: 'Credential', action: 'set', input: { username: 'bob', password } })
    })
    .catch((error: unknown) => out.push(print(error)))
  return refused
}

async function readLog(adapter: Adapter): Promise<string> {
  const operand = { kind: 'field', path: [], field: 'entryId', type: 'uuid' } as const
  const { rows } = await adapter.run(
    {
      kind: 'select',
      entity: AUDIT_ENTITY,
      fields: ['principal', 'role', 'entity', 'operation', 'recordId', 'code', 'changedFields'],
      where: { kind: 'true' },
      sort: [{ operand, direction: 'asc', nulls: 'last' }],
    },
    [],
  )
  return JSON.stringify(rows)
}

test('nor does one on the command line', async () => {
  const cwd = folderWith({
    'dbal.config.yaml': `workspace: ${REFERENCE}\ndatabase: { url: "file:dev.db" }\nsecurity: { audit_log: true }\n`,
  })
  const outputs = [await dbal(['push'], { cwd }), await dbal(['seed'], { cwd })]
  const password = secret('password')
  for (const as of ['public', 'user:x', 'system'])
    for (const [call, input] of [
      ['Credential.set', { username: 'demo', password }],
      ['Credential.verify', { username: 'demo', password }],
      ['Credential.verify', { username: 'demo', password: `${password}-wrong` }],
      ['Credential.list', {}],
      ['Session.create', { userId: IDS[0], token: secret('token'), expiresAt: secret('time') }],
      ['Session.list', { filter: { token: secret('token') } }],
    ] as const)
      outputs.push(await dbal(['call', call, JSON.stringify(input), '--as', as], { cwd }))
  outputs.push(await dbal(['audit', 'verify', '--json'], { cwd }))
  expect(outputs.at(-1)).toMatchObject({ code: 0 })
  expect(JSON.stringify(outputs)).not.toContain(CANARY)
}, 120_000)
