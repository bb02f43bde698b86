// A process that pays once by a keyed call and dies on the way: `node payer.mjs ENGINE PLACE KEY MOMENT`.
import { DBALClient } from '@proj/dbal'
import { loadModel, openEngine, pay } from './vault.mjs'

const [engine = '', place = '', key = '', moment] = process.argv.slice(2)

/** @param {string} reached */
const dieAt = (reached) => {
  if (reached === moment) process.kill(process.pid, 'SIGKILL')
}

/** @param {import('@proj/dbal-contract').Query} query */
const nameOf = (query) => `${query.kind} ${query.entity}`

/**
 * The same store, which dies where it is told to.
 * @param {import('@proj/dbal-contract').Store} store
 * @returns {import('@proj/dbal-contract').Store}
 */
const dying = (store) => ({
  run: async (query, params, options) => {
    const result = await store.run(query, params, options)
    dieAt(nameOf(query))
    return result
  },
  transaction: async (work, options) => {
    const answer = await store.transaction((inner) => work(dying(inner)), options)
    dieAt('commit')
    return answer
  },
})

const adapter = await openEngine(/** @type {import('./vault.mjs').Engine} */ (engine), place)
const { name, capabilities } = adapter
const mortal = { ...dying(adapter), name, capabilities, close: () => adapter.close() }
const client = new DBALClient({ schema: await loadModel(), adapter: mortal })
await pay(client.system(), key)
await client.close()
