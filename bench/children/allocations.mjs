// Prints, as JSON, how many bytes of heap a call allocates, for the calls of the hot path. Run without an optimizing
// compiler, whose moment is chance, and with a heap so young that nothing is collected meanwhile.
import { openHotPath } from './hot-path.mjs'

const CALLS = 500
const { client, calls } = await openHotPath({ workspace: process.argv[2], audited: CALLS })

const bytes = {}
for (const [name, call] of Object.entries(calls)) {
  for (let i = 0; i < CALLS; i += 1) await call()
  globalThis.gc()
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < CALLS; i += 1) await call()
  bytes[name] = Math.round((process.memoryUsage().heapUsed - before) / CALLS)
}
console.log(JSON.stringify(bytes))
await client.close()
