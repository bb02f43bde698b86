import { compileWorkspace, type Model } from '@proj/dbal-schema'
import { afterEach, describe, expect, it } from 'vitest'
import { DBALClient, type AdapterName, type ScopedClient } from '../src/index.ts'

function notesModel(): Model {
  const entities = `
entity: User
fields:
  id: { type: string, primary: true }
  orgId: { type: string, optional: true }
acl: { read: { public: true } }
---
entity: Note
owner: ownerId
fields:
  id: { type: string, primary: true }
  ownerId: { type: string, required: true, foreign_key: { entity: User, field: id, name: owner } }
  orgId: { type: string, optional: true }
  title: { type: string, optional: true }
  pin: { type: string, optional: true, sensitive: true }
acl:
  read: { user: true }
  create: { user: true }
  update: { self: true }
operations:
  publish: { output: boolean, public: true }
`
  const policies = `
rules:
  - { entity: Note, operations: [read, list], effect: require, row_level_filter: "orgId = $user.orgId OR owner.orgId = $user.orgId" }
  - { entity: Note, operations: [update], effect: deny, row_level_filter: "title = 'final' AND orgId IS NOT NULL" }
`
  const { model, diagnostics } = compileWorkspace([
    { path: 'entities/notes.yaml', text: entities },
    { path: 'policies/fence.yaml', text: policies },
  ])
  if (model === undefined) throw new Error(JSON.stringify(diagnostics))
  return model
}

let client: DBALClient
afterEach(() => client.close())

async function open(adapter: AdapterName): Promise<ScopedClient> {
  client = new DBALClient({
    schema: notesModel(),
    adapter,
    database: { url: ':memory:' },
    operations: { 'Note.publish': () => true },
  })
  const system = client.system()
  await system.users.createMany([
    { id: 'ann', orgId: 'x' },
    { id: 'bob', orgId: 'y' },
  ])
  await system.notes.createMany([
    { id: 'a', ownerId: 'ann', orgId: 'x', title: 'draft', pin: 'canary' },
    { id: 'b', ownerId: 'ann', orgId: 'x', title: 'final' },
    { id: 'c', ownerId: 'bob', orgId: 'y' },
  ])
  return client.as({ user: { id: 'ann', role: 'user', orgId: 'x' } })
}

describe.each<AdapterName>(['memory', 'sqlite', 'duckdb'])('explain on %s', (adapter) => {
  it('names the rules, where they are, and the term that keeps a row hidden', async () => {
    const ann = await open(adapter)
    const { outcome, access } = await ann.explain({
      entity: 'Note',
      action: 'read',
      input: { id: 'c' },
    })
    expect(outcome).toBe('NOT_FOUND')
    expect(access).toMatchObject([
      {
        entity: 'Note',
        action: 'read',
        allowed: true,
        open: 'false',
        masked: { pin: 'ownerId = $user.id' },
        rules: [
          { effect: 'grant', holds: 'true' },
          {
            id: 'policy:fence.yaml#1',
            effect: 'require',
            source: 'policies/fence.yaml:3:5',
            where: 'orgId = $user.orgId OR owner.orgId = $user.orgId',
            holds: 'false',
            because: ['orgId = $user.orgId is false', 'owner.orgId = $user.orgId is false'],
          },
        ],
      },
    ])
  })

  it('says what is unknown where a claim is missing', async () => {
    await open(adapter)
    const nobody = client.as({ user: { id: 'ann', role: 'user' } })
    const { access } = await nobody.explain({ entity: 'Note', action: 'read', input: { id: 'a' } })
    expect(access[0]?.rules[1]).toMatchObject({
      holds: 'unknown',
      because: ['orgId = $user.orgId is unknown', 'owner.orgId = $user.orgId is unknown'],
    })
  })

  it('shows the deny that stops an update, and changes nothing', async () => {
    const ann = await open(adapter)
    const update = { entity: 'Note', action: 'update', input: { id: 'b', title: 'mine' } }
    const refused = await ann.explain(update)
    expect(refused.outcome).toBe('NOT_FOUND')
    expect(refused.access[0]?.rules.find(({ effect }) => effect === 'deny')).toMatchObject({
      holds: 'true',
      because: ["title = 'final' is true", 'orgId IS NULL is false'],
    })
    const allowed = await ann.explain({ ...update, input: { id: 'a', title: 'mine' } })
    expect(allowed.outcome).toBe('ok')
    expect(allowed.statements.at(-1)).toMatchObject({ entity: 'Note', rows: 1 })
    expect(await ann.notes.read('a')).toMatchObject({ title: 'draft' })
  })

  it('has the SQL that the engine got, and no value', async () => {
    const ann = await open(adapter)
    const { statements } = await ann.explain({
      entity: 'Note',
      action: 'list',
      input: { filter: { title: 'canary' } },
    })
    expect(statements).toHaveLength(1)
    if (adapter === 'memory') expect(statements[0]?.sql).toBeUndefined()
    else expect(statements[0]?.sql?.join()).toMatch(/SELECT .* FROM "notes".*WHERE/is)
    expect(JSON.stringify(statements)).not.toContain('canary')
  })

  it('runs no handler', async () => {
    const ann = await open(adapter)
    await expect(
      ann.explain({ entity: 'Note', action: 'publish', input: {} }),
    ).rejects.toMatchObject({ code: 'CAPABILITY_NOT_SUPPORTED' })
  })
})
