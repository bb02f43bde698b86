// The client in process on any runtime: node local.mjs WORKSPACE ADAPTER. It exits with 0 where everything is
// answered as it has to be.
import { deepEqual, equal } from 'node:assert/strict'
import { DBALClient } from '@proj/dbal'

const [workspace, adapter] = /** @type {[string, 'memory']} */ (process.argv.slice(2))
const client = new DBALClient({ workspace, adapter, database: { url: ':memory:' } })
const { notes } = client.system()
const row = { text: 'one', size: 2n ** 60n, photo: new Uint8Array([0, 255]), price: '1.50' }
const { id } = await notes.create(row)
deepEqual({ ...(await notes.read(id)) }, { id, ...row, at: null, data: null })
const create = (/** @type {string} */ text) =>
  client.system().transaction(async (tx) => {
    await tx.notes.create({ text })
    if (text === 'undone') throw new Error(text)
  })
await create('kept')
await create('undone').catch(() => undefined)
equal(await notes.count(), 2)
const texts = []
for await (const { text } of notes.iterate({ limit: 1, sort: { text: 'asc' } })) texts.push(text)
deepEqual(texts, ['kept', 'one'])
await client.close()
