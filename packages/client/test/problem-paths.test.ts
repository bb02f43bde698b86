// Where an error says that the input is wrong (ERR-4, ERR-5, MUT-12).
import { compileWorkspace } from '@proj/dbal-schema'
import { expect, test } from 'vitest'
import { DBALClient, type ScopedClient } from '../src/index.ts'

const { model } = compileWorkspace([
  {
    path: 'entities/part.yaml',
    text: `
entity: Part
fields:
  id: { type: integer, primary: true }
  serial: { type: string, required: true, immutable: true }
  code: { type: string, optional: true, unique: true }
  stock: { type: integer, default: 0, min: 0 }
constraints: [{ name: few, check: "stock < 100" }]
acl: { create: { public: true }, read: { public: true }, update: { public: true } }
`,
  },
])

const upsert = (create: object, update: object) => (client: ScopedClient) =>
  client.parts.upsert({ where: { id: 1 }, create, update })
const insert = (create: object) => (client: ScopedClient) =>
  client.parts.upsert({ where: { id: 9 }, create, update: {} })
const change = (data: object) => (client: ScopedClient) => client.parts.updateMany({ id: 1 }, data)

const CASES: readonly (readonly [
  act: (client: ScopedClient) => Promise<unknown>,
  fields: string[],
])[] = [
  [change({ serial: 's' }), ['data.serial']],
  [change({ id: 1, serial: 's' }), ['data.id', 'data.serial']],
  [change({ stock: { increment: -9 } }), ['stock']],
  [change({ stock: 100 }), ['stock']],
  [upsert({ id: 1, serial: 'a' }, { serial: 'b' }), ['update.serial']],
  [upsert({ id: 1, serial: 'a' }, { id: 1 }), ['update.id']],
  [upsert({ id: 1, serial: 'a' }, { id: 2, stock: 1 }), ['update.id']],
  [insert({ id: 9, serial: 'a', stock: 100 }), ['create.stock']],
]

test.each(['memory', 'sqlite', 'duckdb'] as const)('paths are whole on %s', async (adapter) => {
  const client = new DBALClient({ schema: model, adapter, database: { url: ':memory:' } })
  await client.parts.create({ id: 1, serial: 'a', code: 'taken' })
  for (const [act, fields] of CASES) {
    const error = expect.objectContaining({
      code: 'VALIDATION_ERROR',
      details: expect.objectContaining({
        fields: fields.map((field) => expect.objectContaining({ field })),
      }),
    })
    await expect(act(client)).rejects.toEqual(error)
  }
  for (const items of [
    [{ id: 2, serial: 'b', code: 'taken' }],
    [{ id: 2, serial: 'b', stock: 100 }],
    [{ id: 1, serial: 'b' }],
  ])
    await expect(client.parts.createMany(items)).rejects.toMatchObject({ details: { index: 0 } })
  const more = [
    { id: 2, serial: 'b' },
    { id: 3, serial: 'c', code: 'taken' },
  ]
  await expect(client.parts.createMany(more)).rejects.toMatchObject({ details: { index: 1 } })
  expect(await client.parts.list()).toMatchObject({ data: [{ id: 1, serial: 'a', stock: 0 }] })
  await client.close()
})
