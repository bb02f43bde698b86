// Calls that a transaction's callback does not wait for: done or failed before anything is committed.
import { compileWorkspace } from '@proj/dbal-schema'
import { expect, test } from 'vitest'
import { DBALClient, isDBALError, type AdapterName, type ScopedClient } from '../src/index.ts'

const TEXT = `
entity: User
fields: { id: { type: string, primary: true } }
---
entity: Team
fields:
  id: { type: string, primary: true }
  lead: { type: string, optional: true }
acl: { read: { public: true } }
---
entity: Doc
fields:
  id: { type: string, primary: true }
  teamId: { type: string, optional: true, references: Team.id }
acl:
  read: { public: true }
  create: { user: true, row_level: "team.lead = $user.id OR teamId IS NULL" }
  update: [{ user: true, check: "team.lead = $user.id" }]
`
const { model } = compileWorkspace([{ path: 'entities/teams.yaml', text: TEXT }])

async function open(adapter: AdapterName) {
  if (model === undefined) throw new Error('the contract does not load')
  const client = new DBALClient({ schema: model, adapter, database: { url: ':memory:' } })
  const system = client.system()
  await system.teams.createMany([
    { id: 'mine', lead: 'ann' },
    { id: 'theirs', lead: 'bob' },
  ])
  await system.docs.create({ id: 'd', teamId: 'mine' })
  return { client, system, ann: client.as({ user: { id: 'ann', role: 'user' } }) }
}

const ignored = (call: Promise<unknown>): void => void call.catch(() => undefined)

const forbidden: Readonly<Record<string, (tx: ScopedClient) => unknown>> = {
  'an update': (tx) => ignored(tx.docs.update('d', { teamId: 'theirs' })),
  'a create': (tx) => ignored(tx.docs.create({ id: 'e', teamId: 'theirs' })),
  'several creates': (tx) => ignored(tx.docs.createMany([{ id: 'e', teamId: 'theirs' }])),
  'one that lost a race': (tx) =>
    Promise.any([tx.docs.read('d'), tx.docs.update('d', { teamId: 'theirs' })]),
  'one that finds nothing': (tx) => ignored(tx.docs.update('none', { teamId: 'mine' })),
}

const cases = Object.entries(forbidden).flatMap(([name, act]) =>
  (['memory', 'sqlite', 'prisma', 'duckdb'] as const).map(
    (adapter) => [name, adapter, act] as const,
  ),
)

test.each(cases)('%s that is not allowed undoes all of it, on %s', async (_, adapter, act) => {
  const { client, system, ann } = await open(adapter)
  const run = ann.transaction(async (tx) => {
    await tx.docs.create({ id: 'first' })
    await act(tx)
    return 'done'
  })
  await expect(run).rejects.toSatisfy((error) => isDBALError(error) && error.code === 'TX_ABORTED')
  expect(await system.docs.list({ select: ['id', 'teamId'] })).toMatchObject({
    data: [{ id: 'd', teamId: 'mine' }],
  })
  await client.close()
})

test.each(['memory', 'sqlite'] as const)('what is allowed is done, on %s', async (adapter) => {
  const { client, system, ann } = await open(adapter)
  await ann.transaction(async (tx) => ignored(tx.docs.create({ id: 'late', teamId: 'mine' })))
  expect(await system.docs.count({})).toBe(2)
  await client.close()
})
