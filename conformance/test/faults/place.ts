// Where processes that are to die write to: a file or a database of its own, with accounts in it.
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPrisma } from '@proj/dbal-adapter-prisma'
import { createSchema, dialectFor } from '@proj/dbal-sql'
import { SERVERS } from '../concurrency/servers.ts'
import { ACCOUNTS, DIALECTS, loadModel, loadTables, openVault, type Engine } from './vault.mjs'

export interface Place {
  /** A file, or the url of a database. */
  readonly place: string
  remove(): Promise<unknown>
}

/** What each account has. */
export const EACH = 100

const EMBEDDED: readonly Engine[] = ['sqlite', 'prisma-sqlite', 'duckdb']

/** Servers with their urls. */
export const ENGINES: readonly (readonly [Engine, string | undefined])[] = [
  ...EMBEDDED.map((engine) => [engine, undefined] as const),
  ...SERVERS,
]

export async function makePlace(engine: Engine, server: string | undefined): Promise<Place> {
  const own = server === undefined ? await makeFolder() : await makeDatabase(engine, server)
  const { adapter, client } = await openVault(engine, own.place)
  await adapter.schema?.apply(createSchema(await loadTables(), dialectFor(DIALECTS[engine])))
  const rows = ACCOUNTS.map((id) => ({ id, balance: EACH }))
  await client.system()['accounts'].createMany(rows)
  await client.close()
  return own
}

async function makeFolder(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'dbal-killed-'))
  return { place: join(folder, 'vault.db'), remove: () => rm(folder, { recursive: true }) }
}

async function makeDatabase(engine: Engine, server: string): Promise<Place> {
  const admin = await openPrisma({ model: await loadModel(), url: server, poolSize: 1 })
  const database = `dbal_killed_${randomBytes(6).toString('hex')}`
  await admin.schema?.query(`CREATE DATABASE ${database}`)
  const force = engine === 'mysql' ? '' : ' WITH (FORCE)'
  return {
    place: Object.assign(new URL(server), { pathname: `/${database}` }).href,
    remove: async () => {
      await admin.schema?.query(`DROP DATABASE ${database}${force}`)
      await admin.close()
    },
  }
}
