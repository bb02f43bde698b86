// The engines that faults are played on, as processes open them: this file is read by tests and by processes that tests kill.
import { fileURLToPath } from 'node:url'
import { DBALClient, withMutations } from '@proj/dbal'
import { formatDiagnostics, loadWorkspace } from '@proj/dbal-schema'

/** @typedef {'sqlite' | 'prisma-sqlite' | 'duckdb' | 'postgres' | 'mysql'} Engine */

/** @type {Readonly<Record<Engine, 'sqlite' | 'duckdb' | 'postgresql' | 'mysql'>>} */
export const DIALECTS = {
  sqlite: 'sqlite',
  'prisma-sqlite': 'sqlite',
  duckdb: 'duckdb',
  postgres: 'postgresql',
  mysql: 'mysql',
}

const folder = fileURLToPath(new URL('./contract', import.meta.url))

export async function loadModel() {
  const { model, diagnostics, files } = await loadWorkspace(folder)
  if (model !== undefined) return model
  throw new Error(formatDiagnostics(diagnostics, files, { format: 'pretty' }))
}

/** What tables there are: those of keyed calls too. */
export const loadTables = async () => withMutations(await loadModel())

/**
 * `place` is a file, or the url of a database of a server.
 * @param {Engine} engine
 * @param {string} place
 * @param {{ readonly: boolean }} [options]
 */
export async function openEngine(engine, place, { readonly } = { readonly: false }) {
  const model = await loadTables()
  if (engine === 'sqlite') {
    const { openSqlite } = await import('@proj/dbal-adapter-sqlite')
    return openSqlite({ model, url: place, readonly })
  }
  if (engine === 'duckdb') {
    const { openDuckdb } = await import('@proj/dbal-adapter-duckdb')
    return openDuckdb({ model, url: place, threads: 1, readOnly: readonly })
  }
  const { openPrisma } = await import('@proj/dbal-adapter-prisma')
  const url = engine === 'prisma-sqlite' ? `file:${place}` : place
  const adapter = await openPrisma({ model, url, poolSize: 2 })
  if (readonly) await adapter.schema?.query('PRAGMA query_only = ON')
  return adapter
}

/** @param {Engine} engine @param {string} place @param {{ readonly: boolean }} [options] */
export async function openVault(engine, place, options) {
  const adapter = await openEngine(engine, place, options)
  return { adapter, client: new DBALClient({ schema: await loadModel(), adapter }) }
}

export const ACCOUNTS = ['a', 'b', 'c', 'd']

/**
 * Moves one coin around through all accounts, in one transaction; `at` is told of each statement.
 * @param {import('@proj/dbal').ScopedClient} system
 * @param {string} id
 * @param {(place: string) => void} at
 */
export async function moveAround(system, id, at) {
  await system.transaction(async (/** @type {any} */ tx) => {
    at('begun')
    for (const [n, from] of ACCOUNTS.entries()) {
      const to = ACCOUNTS[(n + 1) % ACCOUNTS.length]
      await tx.accounts.update(from, { balance: { increment: -1 } })
      at(`taken from ${from}`)
      await tx.moves.create({ id: `${id}-${n}`, fromId: from, toId: to, amount: 1 })
      at(`written down ${n}`)
      await tx.accounts.update(to, { balance: { increment: 1 } })
      at(`given to ${to}`)
    }
  })
  at('committed')
}

/**
 * Takes one coin from the first account, by a keyed call.
 * @param {import('@proj/dbal').ScopedClient} system
 * @param {string} idempotencyKey
 */
export const pay = (system, idempotencyKey) =>
  system['accounts'].update('a', { balance: { increment: -1 } }, { idempotencyKey })

/**
 * @param {readonly Readonly<Record<string, unknown>>[]} rows
 * @param {string} field
 */
export const valuesOf = (rows, field) => rows.map((row) => row[field])
