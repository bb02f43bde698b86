// Stores are emptied whatever the foreign keys of a contract are, required ones in a circle with others included.
import { openMemory } from '@proj/dbal-adapter-memory'
import { compileWorkspace } from '@proj/dbal-schema'
import { DBALClient } from '@proj/dbal'
import { expect, it } from 'vitest'
import { borrowed } from '../src/targets/closed-with.ts'
import { emptyStore } from '../src/targets/empty-store.ts'

const CIRCLE = `
entity: First
fields:
  id: { type: integer, primary: true }
  lastId: { type: integer, optional: true, nullable: true, foreign_key: { entity: Last, field: id, name: last, inverse: firsts, on_delete: restrict } }
---
entity: Last
fields:
  id: { type: integer, primary: true }
  firstId: { type: integer, required: true, foreign_key: { entity: First, field: id, name: first, inverse: lasts, on_delete: restrict } }
`

it('cuts a circle where a key may be null', async () => {
  const { model } = compileWorkspace([{ path: 'entities/circle.yaml', text: CIRCLE }])
  if (model === undefined) throw new Error('the contract is wrong')
  const adapter = openMemory({ model })
  const client = new DBALClient({ schema: model, adapter: borrowed(adapter) })
  const { firsts, lasts } = client.system()
  await firsts?.create({ id: 1 })
  await lasts?.create({ id: 2, firstId: 1 })
  await firsts?.update(1, { lastId: 2 })
  await emptyStore(adapter, model)
  expect([await firsts?.count(), await lasts?.count()]).toEqual([0, 0])
  await client.close()
})
