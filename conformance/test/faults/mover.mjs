// A process that moves money until it kills itself: `node mover.mjs ENGINE PLACE STATEMENTS`. It says each transaction
// that it was told is committed.
import { writeSync } from 'node:fs'
import { moveAround, openVault } from './vault.mjs'

const [engine, place, statements] = process.argv.slice(2)
const { client } = await openVault(
  /** @type {import('./vault.mjs').Engine} */ (engine),
  place ?? '',
)
let left = Number(statements)
for (let n = 0; ; n += 1)
  await moveAround(client.system(), `m${n}`, (at) => {
    if (at === 'committed') writeSync(1, `m${n}\n`)
    left -= 1
    if (left === 0) process.kill(process.pid, 'SIGKILL')
  })
