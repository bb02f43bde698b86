// A database of PostgreSQL for one test.
import { randomBytes } from 'node:crypto'
import { openPrisma } from '@proj/dbal-adapter-prisma'
import { loadModel } from '@proj/dbal'
import { withMutations, type Model } from '@proj/dbal-contract'
import { applyPush, planPush } from '@proj/dbal-migrate'

export interface NewDatabase {
  readonly url: string
  drop(): Promise<void>
}

/** As `dbal push` does. */
export async function push(url: string, workspace: string): Promise<void> {
  const model = withMutations(await loadModel({ workspace }))
  const adapter = await openPrisma({ model, url, poolSize: 2 })
  try {
    await applyPush(adapter, await planPush(adapter, model))
  } finally {
    await adapter.close()
  }
}

/** As `dbal push` leaves it; `workspace` is the folder of the contract. */
export async function newDatabase(server: string, workspace: string): Promise<NewDatabase> {
  const database = await emptyDatabase(server, await loadModel({ workspace }))
  await push(database.url, workspace)
  return database
}

/** `server` is the url of any database of the server; whatever model opens it. */
export async function emptyDatabase(server: string, model: Model): Promise<NewDatabase> {
  const name = `dbal_daemon_${randomBytes(6).toString('hex')}`
  const run = async (statement: string): Promise<void> => {
    const admin = await openPrisma({ model, url: server, poolSize: 1 })
    try {
      await admin.schema?.query(statement)
    } finally {
      await admin.close()
    }
  }
  await run(`CREATE DATABASE ${name} TEMPLATE template0`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => run(`DROP DATABASE ${name} WITH (FORCE)`) }
}
