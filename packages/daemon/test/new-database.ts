// A database of PostgreSQL for one test, as `dbal push` leaves it.
import { randomBytes } from 'node:crypto'
import { openPrisma } from '@proj/dbal-adapter-prisma'
import { loadModel } from '@proj/dbal'
import { withMutations } from '@proj/dbal-contract'
import { applyPush, planPush } from '@proj/dbal-migrate'

export interface NewDatabase {
  readonly url: string
  drop(): Promise<void>
}

/** `server` is the url of any database of the server; `workspace` the folder of the contract. */
export async function newDatabase(server: string, workspace: string): Promise<NewDatabase> {
  const model = withMutations(await loadModel({ workspace }))
  const name = `dbal_daemon_${randomBytes(6).toString('hex')}`
  const run = async (statement: string): Promise<void> => {
    const admin = await openPrisma({ model, url: server, poolSize: 1 })
    await admin.schema?.query(statement).finally(() => admin.close())
  }
  await run(`CREATE DATABASE ${name} TEMPLATE template0`)
  const url = new URL(server)
  url.pathname = `/${name}`
  const adapter = await openPrisma({ model, url: url.href, poolSize: 2 })
  await applyPush(adapter, await planPush(adapter, model)).finally(() => adapter.close())
  return { url: url.href, drop: () => run(`DROP DATABASE ${name} WITH (FORCE)`) }
}
