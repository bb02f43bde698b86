// Databases that the audit log is tested on, each empty, with the tables of the contract and the log's.
import { randomBytes } from 'node:crypto'
import { openDuckdb } from '@proj/dbal-adapter-duckdb'
import { openMemory } from '@proj/dbal-adapter-memory'
import { openPrisma } from '@proj/dbal-adapter-prisma'
import { openSqlite } from '@proj/dbal-adapter-sqlite'
import { withAudit, type Adapter, type Model } from '@proj/dbal-contract'
import { applyPush, planPush } from '@proj/dbal-migrate'
import { afterAll } from 'vitest'

export interface AuditTarget {
  readonly name: string
  open(model: Model): Promise<Adapter>
}

const { DBAL_TEST_POSTGRES_URL: postgres, DBAL_TEST_MYSQL_URL: mysql } = process.env
const url = ':memory:'

export const TARGETS: readonly AuditTarget[] = [
  { name: 'memory', open: (model) => Promise.resolve(openMemory({ model: withAudit(model) })) },
  { name: 'sqlite', open: async (model) => openSqlite({ model: withAudit(model), url }) },
  { name: 'prisma', open: (model) => openPrisma({ model: withAudit(model), url }) },
  { name: 'duckdb', open: (model) => openDuckdb({ model: withAudit(model), url }) },
  ...[
    { name: 'postgresql', server: postgres },
    { name: 'mysql', server: mysql },
  ].flatMap(({ name, server }) =>
    server === undefined ? [] : [{ name, open: (model: Model) => onServer(server, model) }],
  ),
]

const ends: (() => Promise<unknown>)[] = []

afterAll(async () => {
  for (const end of ends) await end()
})

async function onServer(server: string, contract: Model): Promise<Adapter> {
  const model = withAudit(contract)
  const name = `dbal_audit_${randomBytes(6).toString('hex')}`
  const admin = await openPrisma({ model, url: server, poolSize: 1 })
  const target = new URL(server)
  target.pathname = `/${name}`
  await admin.schema?.query(`CREATE DATABASE ${name}`)
  const adapter = await openPrisma({ model, url: target.href, poolSize: 8 })
  ends.push(async () => {
    await adapter.close()
    await admin.schema?.query(`DROP DATABASE ${name}`)
    await admin.close()
  })
  await applyPush(adapter, await planPush(adapter, model))
  return adapter
}
