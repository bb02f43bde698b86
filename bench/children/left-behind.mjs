// Prints, as JSON, how many bytes a call leaves behind in the old space, for the calls of the hot path, in process and
// through a bridge. Run without an optimizing compiler, and with so little room for what is young that it is collected
// again and again; what is old is not collected before the figure is taken.
import { DBALClient, loadModel } from '@proj/dbal'
import { bridgeHost } from '@proj/dbal/serve'
import { loadEncoding, openLoopback } from '@proj/dbal-bridge-ws'
import { BridgeServer } from '@proj/dbal-bridge-ws/server'
import { getHeapSpaceStatistics } from 'node:v8'
import { openHotPath } from './hot-path.mjs'

const CALLS = 2_000
const workspace = process.argv[2]
const model = await loadModel({ workspace })
const { client, auth, calls } = await openHotPath({ workspace, audited: 1 })

const server = new BridgeServer(
  await bridgeHost(client, { model, version: '0', login: async () => ({ auth }) }),
)
const remote = new DBALClient({
  mode: 'production',
  schema: model,
  remote: {
    open: async () => {
      const [near, far] = openLoopback(await loadEncoding('json'))
      server.accept(far)
      return near
    },
  },
})
const bridged = {
  'noop by bridge': () => remote.posts.noop({ score: 1 }),
  'read by bridge': () => remote.posts.read('p7'),
  'update by bridge': () => remote.posts.update('p7', { title: 'changed', score: 3 }),
}

const oldBytes = () =>
  getHeapSpaceStatistics().find(({ space_name: name }) => name === 'old_space')?.space_used_size ??
  Number.NaN

const bytes = {}
for (const [name, call] of Object.entries({ ...calls, ...bridged })) {
  for (let i = 0; i < CALLS; i += 1) await call()
  globalThis.gc()
  const before = oldBytes()
  for (let i = 0; i < CALLS; i += 1) await call()
  bytes[name] = Math.round((oldBytes() - before) / CALLS)
}
console.log(JSON.stringify(bytes))
await remote.close()
await server.drain(0)
await client.close()
