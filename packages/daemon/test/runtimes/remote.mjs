// The client in production, as an app of any runtime uses it: node remote.mjs ENDPOINT TRANSPORT ENCODING. It exits
// with 0 where everything is answered as it has to be.
import { deepEqual, equal } from 'node:assert/strict'
import { DBALClient, isDBALError } from '@proj/dbal'

const [endpoint, transport, encoding] = /** @type {[string, 'http', 'json']} */ (
  process.argv.slice(2)
)
const client = new DBALClient({
  mode: 'production',
  endpoint,
  remote: { transport, encoding, connectTimeoutMs: 5_000 },
})

/** @param {Promise<unknown>} call */
async function codeOf(call) {
  try {
    return await call
  } catch (error) {
    return isDBALError(error) ? error.code : error
  }
}

const row = {
  text: 'one',
  size: 2n ** 60n,
  photo: new Uint8Array([0, 255]),
  price: '1.50',
  at: new Date(0),
  data: { deep: [1, null] },
}
const { id } = await client.notes.create(row)
deepEqual({ ...(await client.notes.read(id)) }, { id, ...row })
await client.notes.createMany(Array.from({ length: 250 }, (_, i) => ({ text: `n${i}` })))
let rows = 0
for await (const { text } of client.notes.iterate({ limit: 100 })) rows += Number(text !== '')
equal(rows, 251)
const count = { entity: 'Note', action: 'count', input: {} }
deepEqual(await client.batch([count, count]), [251, 251])
equal(await codeOf(client.notes.create({ text: 7 })), 'VALIDATION_ERROR')
equal(await codeOf(client.notes.count({}, { signal: AbortSignal.abort() })), 'CANCELLED')
deepEqual(
  await Promise.all(Array.from({ length: 200 }, () => client.notes.count())),
  Array(200).fill(251),
)

/** @param {string} text */
const inTransaction = (text) =>
  client.transaction(async (tx) => {
    await tx.notes.create({ text })
    if (text === 'undone') await tx.notes.read('018f0000-0000-7000-8000-000000000009')
  })

if (transport === 'http') equal(await codeOf(inTransaction('kept')), 'CAPABILITY_NOT_SUPPORTED')
else {
  await inTransaction('kept')
  equal(await codeOf(inTransaction('undone')), 'NOT_FOUND')
  equal(await client.notes.count({ filter: { text: { in: ['kept', 'undone'] } } }), 1)
  const events = client.notes.subscribe({ filter: { text: 'live' } })
  equal((await events.next()).value.type, 'snapshot')
  await client.notes.create({ text: 'live' })
  equal((await events.next()).value.row.text, 'live')
  await events.return()
}
await client.close()
