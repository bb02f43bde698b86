// Engines that are servers: each store is a database of its own, dropped when it is closed.
import { randomBytes } from 'node:crypto'
import type { Adapter, Model } from '@proj/dbal-contract'
import { createSchema, dialectFor } from '@proj/dbal-sql'
import { closedWith } from './closed-with.ts'
import type { Target } from './target.ts'

/** `url` of any database of a server where databases may be made. MariaDB is `mysql`. */
export function serverTarget(name: 'postgres' | 'mysql', url: string): Target {
  return { name, open: (model) => openDatabase(name, url, model) }
}

async function openDatabase(
  engine: 'postgres' | 'mysql',
  server: string,
  model: Model,
): Promise<Adapter> {
  const { openPrisma } = await import('@proj/dbal-adapter-prisma')
  const database = `dbal_conformance_${randomBytes(6).toString('hex')}`
  const run = async (statement: string): Promise<void> => {
    const admin = await openPrisma({ model, url: server, poolSize: 1 })
    try {
      await admin.schema?.query(statement)
    } finally {
      await admin.close()
    }
  }
  await run(`CREATE DATABASE ${database}${engine === 'mysql' ? '' : ' TEMPLATE template0'}`)
  const drop = (): Promise<void> =>
    run(`DROP DATABASE ${database}${engine === 'mysql' ? '' : ' WITH (FORCE)'}`)
  const url = new URL(server)
  url.pathname = `/${database}`
  try {
    const adapter = await openPrisma({ model, url: url.href, poolSize: 4 })
    const dialect = engine === 'mysql' ? 'mysql' : 'postgresql'
    await adapter.schema?.apply(createSchema(model, dialectFor(dialect)))
    return closedWith(adapter, drop)
  } catch (error) {
    await drop()
    throw error
  }
}
