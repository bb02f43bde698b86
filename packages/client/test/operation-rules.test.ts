// What a contract adds to operations: row checks, and validation rules that are built in or registered.
import { compileWorkspace, type Model } from '@proj/dbal-schema'
import { afterEach, expect, test } from 'vitest'
import { DBALClient, type ClientConfig } from '../src/index.ts'

const LIBRARY = `
entity: User
fields:
  id: { type: uuid, primary: true, generated: true }
  name: { type: string, required: true }
acl:
  create: { public: true }
  read: { user: true }
  update: { user: true }
  delete: { user: true }
operations:
  read: { input: [id], row_level_check: "id = $user.id OR $user.role IN ('admin')" }
  update: { input: [id, name?], row_level_check: id = $user.id }
  delete: { input: [id], row_level_check: $user.role IN ('admin') }
---
entity: Edition
fields:
  id: { type: uuid, primary: true, generated: true }
  title: { type: string, required: true }
  volume: { type: string, required: true, pattern: '^[0-9]+$' }
indexes:
  - { fields: [title, volume], unique: true }
operations:
  create:
    validation:
      - volume_format: Count the volumes
      - title_volume_unique: That volume is there already
      - isbn_format: That is no ISBN
`

function modelOf(text: string): Model {
  const { model, diagnostics } = compileWorkspace([{ path: 'entities/library.yaml', text }])
  if (model === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return model
}

const schema = modelOf(LIBRARY)

const opened: DBALClient[] = []
afterEach(async () => {
  for (const client of opened.splice(0)) await client.close()
})

function open(config: ClientConfig): DBALClient {
  const client = new DBALClient({ schema, adapter: 'memory', ...config })
  opened.push(client)
  return client
}

test('a row check binds callers and not the system principal', async () => {
  const client = open({ missingCode: 'defer' })
  const system = client.system()
  const ann = await system.users.create({ name: 'ann' })
  const bob = await system.users.create({ name: 'bob' })
  const asAnn = client.as({ user: { id: String(ann['id']), role: 'user' } })
  expect(await asAnn.users.read(ann['id'])).toMatchObject({ name: 'ann' })
  await expect(asAnn.users.read(bob['id'])).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(await system.users.read(bob['id'])).toMatchObject({ name: 'bob' })
  expect(await system.users.update(bob['id'], { name: 'rob' })).toMatchObject({ name: 'rob' })
  expect(await system.users.delete(bob['id'])).toBe(true)
})

test('a rule whose word is no field is registered code, whatever its ending', async () => {
  const client = open({})
  await expect(client.system().users.count({})).rejects.toMatchObject({
    code: 'VALIDATION_ERROR',
    details: { fields: [{ field: 'rules.isbn_format' }] },
  })
  const other = open({
    rules: { isbn_format: ({ input }) => input['title'] !== 'none' },
  })
  const editions = other.system().editions
  await editions.create({ title: 'Dune', volume: '1' })
  await expect(editions.create({ title: 'none', volume: '1' })).rejects.toMatchObject({
    details: { fields: [{ field: 'isbn_format', error: 'That is no ISBN' }] },
  })
  await expect(editions.create({ title: 'Dune', volume: 'one' })).rejects.toMatchObject({
    details: { fields: [{ field: 'volume' }] },
  })
})

test('a unique constraint over several fields is a rule of its own', async () => {
  const client = open({ rules: { isbn_format: () => true } })
  const editions = client.system().editions
  await editions.create({ title: 'Dune', volume: '1' })
  await expect(editions.create({ title: 'Dune', volume: '1' })).rejects.toMatchObject({
    code: 'CONFLICT',
    details: { reason: 'That volume is there already' },
  })
})

test('a rule of uniqueness knows the row that is updated, however its key is spelt', async () => {
  const { model } = compileWorkspace([
    {
      path: 'entities/tag.yaml',
      text: `
entity: Tag
fields:
  id: { type: uuid, primary: true, generated: true }
  word: { type: string, required: true }
acl: { create: { public: true }, read: { public: true }, update: { public: true } }
operations:
  update: { validation: [word_unique: That word is there already] }
`,
    },
  ])
  const client = new DBALClient({ schema: model, adapter: 'memory' })
  const [id, other] = [
    '00000000-0000-4000-8000-0000000000aa',
    '00000000-0000-4000-8000-0000000000ab',
  ]
  await client.system().tags.createMany([
    { id, word: 'one' },
    { id: other, word: 'two' },
  ])
  for (const key of [id, id.toUpperCase()])
    expect(await client.tags.update(key, { word: 'one' })).toMatchObject({ id, word: 'one' })
  await expect(client.tags.update(other.toUpperCase(), { word: 'one' })).rejects.toMatchObject({
    code: 'CONFLICT',
  })
  await client.close()
})
