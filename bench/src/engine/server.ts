// Databases of their own on a server, made at the model and dropped.
import { randomBytes } from 'node:crypto'
import { openPrisma } from '@proj/dbal-adapter-prisma'
import type { Model, SchemaPort } from '@proj/dbal-contract'
import { createSchema, dialectFor } from '@proj/dbal-sql'
import type { Engine, Place, ServerName } from './engine.ts'

const DIALECTS = { postgres: 'postgresql', mariadb: 'mysql' } as const
const UPKEEP = {
  postgres: () => 'VACUUM ANALYZE',
  mariadb: ({ entities }: Model) =>
    `ANALYZE TABLE ${[...entities.values()].map(({ table }) => table).join(', ')}`,
} as const

export async function openServer(name: ServerName, server: string, model: Model): Promise<Engine> {
  const admin = await openPrisma({ model, url: server, poolSize: 1 })
  const run = async (sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> =>
    (await admin.schema?.query(sql)) ?? []
  const [row] = await run('SELECT version() AS version')

  const makePlace = async (): Promise<Place> => {
    const database = `dbal_bench_${randomBytes(6).toString('hex')}`
    await run(`CREATE DATABASE ${database}${name === 'postgres' ? ' TEMPLATE template0' : ''}`)
    const remove = async (): Promise<void> =>
      void (await run(`DROP DATABASE ${database}${name === 'postgres' ? ' WITH (FORCE)' : ''}`))
    const url = new URL(server)
    url.pathname = `/${database}`
    const work = async (todo: (schema: SchemaPort) => Promise<unknown>): Promise<void> => {
      const adapter = await openPrisma({ model, url: url.href, poolSize: 1 })
      try {
        if (adapter.schema !== undefined) await todo(adapter.schema)
      } finally {
        await adapter.close()
      }
    }
    const tidy = () => work((schema) => schema.query(UPKEEP[name](model)))
    try {
      await work((schema) => schema.apply(createSchema(model, dialectFor(DIALECTS[name]))))
      return { url: url.href, statements: [], tidy, remove }
    } catch (error) {
      await remove()
      throw error
    }
  }
  const version = String(row?.['version']).split(' on ')[0] ?? ''
  return { name, version, makePlace, close: () => admin.close() }
}
