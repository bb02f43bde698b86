// A process that writes to a file until there is no room: `node filler.mjs ENGINE FILE`, run under `ulimit -f`. It says
// what it was told: of a large transaction, of the sum afterwards, and of a small write.
import { isDBALError } from '@proj/dbal-contract'
import { openVault, valuesOf } from './vault.mjs'

const [engine, file] = process.argv.slice(2)
const { client } = await openVault(/** @type {import('./vault.mjs').Engine} */ (engine), file ?? '')
const system = client.system()

/** @param {Promise<unknown>} work */
const told = (work) =>
  work.catch((/** @type {unknown} */ error) => {
    if (!isDBALError(error)) throw error
    return { code: error.code, reason: error.details?.reason }
  })

/** @param {string} id @param {number} size */
const move = (id, size) => ({ id, fromId: 'a', toId: 'b', amount: 1, note: incompressible(size) })

/** @param {number} size */
function incompressible(size) {
  let state = 1
  let text = ''
  while (text.length < size) {
    state = (state * 48271) % 2147483647
    text += state.toString(36)
  }
  return text
}

const large = await told(
  system.transaction(async (/** @type {any} */ tx) => {
    await tx.accounts.update('a', { balance: 0 })
    for (let n = 0; n < 64; n += 1) await tx.moves.create(move(`large${n}`, 262_144))
  }),
)
const balances = valuesOf((await system['accounts'].list()).data, 'balance')
const moves = await system['moves'].count()
const small = await told(system['accounts'].update('a', { balance: 7 }))
console.log(JSON.stringify({ large, balances, moves, small }))
await client.close()
