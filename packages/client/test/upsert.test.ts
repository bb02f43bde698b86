// How many statements an upsert is, which no answer tells.
import { openMemory } from '@proj/dbal-adapter-memory'
import { openSqlite } from '@proj/dbal-adapter-sqlite'
import { isDBALError, type Adapter, type Query } from '@proj/dbal-contract'
import { compileWorkspace, type Model } from '@proj/dbal-schema'
import { expect, it } from 'vitest'
import { DBALClient } from '../src/index.ts'

const NOTES = `
entity: Note
owner: ownerId
fields:
  id: { type: string, primary: true }
  ownerId: { type: string, required: true }
  boxId: { type: string, optional: true, foreign_key: { entity: Box, field: id, name: box } }
  text: { type: string, optional: true }
acl:
  read: { self: true }
  create: { self: true }
  update: { self: true }
---
entity: Box
owner: ownerId
fields:
  id: { type: string, primary: true }
  ownerId: { type: string, required: true }
acl: { read: { self: true } }
`

function notes(): Model {
  const { model, diagnostics } = compileWorkspace([{ path: 'entities/notes.yaml', text: NOTES }])
  if (model === undefined) throw new Error(JSON.stringify(diagnostics))
  return model
}

/** The adapter, which writes down what it is asked outside of transactions. */
function watched(adapter: Adapter, asked: Query['kind'][]): Adapter {
  return new Proxy(adapter, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      return (...args: unknown[]): unknown => {
        if (name === 'run') asked.push((args[0] as Query).kind)
        return Reflect.apply(value, target, args)
      }
    },
  })
}

async function open(adapter: Adapter) {
  const asked: Query['kind'][] = []
  const client = new DBALClient({ schema: notes(), adapter: watched(adapter, asked) })
  await client.system().boxes.create({ id: 'box', ownerId: 'ann' })
  const { notes: rows } = client.as({ user: { id: 'ann', role: 'user' } })
  const statements = async (id: string, more: object = {}) => {
    asked.length = 0
    const create = { id, ownerId: 'ann', ...more }
    const answer = await rows
      .upsert({ where: { id }, create, update: { text: 'changed' } })
      .catch((error: unknown) => {
        if (!isDBALError(error)) throw error
        return error.code
      })
    return [answer, ...asked]
  }
  return { client, statements }
}

it('is one where the store takes it as one', async () => {
  const { client, statements } = await open(openMemory({ model: notes() }))
  expect(await statements('a')).toEqual([expect.objectContaining({ text: null }), 'update'])
  expect(await statements('a')).toEqual([expect.objectContaining({ text: 'changed' }), 'update'])
  await client.close()
})

it('is a second one where the row to make has to be asked about, and only then', async () => {
  const { client, statements } = await open(openMemory({ model: notes() }))
  // Whether the caller may refer to the box is known by looking; whether he may make the row, by the row.
  const made = expect.objectContaining({ id: 'a' }) as unknown
  expect(await statements('a', { boxId: 'box' })).toEqual([made, 'update', 'select', 'insert'])
  expect(await statements('a', { boxId: 'box' })).toEqual([made, 'update'])
  expect(await statements('a', { ownerId: 'bob' })).toEqual([made, 'update'])
  expect(await statements('b', { ownerId: 'bob' })).toEqual(['FORBIDDEN', 'update'])
  await client.close()
})

it('is two where the store does not', async () => {
  const adapter = await openSqlite({ model: notes(), url: ':memory:' })
  const { client, statements } = await open(adapter)
  const made = expect.objectContaining({ id: 'a' }) as unknown
  expect(await statements('a')).toEqual([made, 'select', 'insert'])
  expect(await statements('a')).toEqual([made, 'select', 'update'])
  await client.close()
})
