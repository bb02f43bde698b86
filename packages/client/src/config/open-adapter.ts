// The adapter a config names, loaded when it is needed: each is a package of its own.
import { withAudit, withMutations, type Adapter } from '@proj/dbal-contract'
import type { PrismaClientLike } from '@proj/dbal-adapter-prisma'
import type { Model } from '@proj/dbal-schema'
import { keepsAuditTable } from '../audit/open-audit.ts'
import type { AdapterName, ClientConfig } from './client-config.ts'
import { importPeer } from './import-peer.ts'

/** Throws DATABASE_ERROR for a database that cannot be opened, CAPABILITY_NOT_SUPPORTED for a missing adapter. */
export async function openAdapter(config: ClientConfig, contract: Model): Promise<Adapter> {
  const model = withMutations(keepsAuditTable(config) ? withAudit(contract) : contract)
  const { adapter } = config
  if (typeof adapter === 'object') return adapter
  const url = config.database?.url
  const name = adapter ?? defaultAdapter(config)
  switch (name) {
    case 'memory': {
      const { openMemory } = await load(() => import('@proj/dbal-adapter-memory'), name)
      return openMemory({ model })
    }
    case 'sqlite': {
      const { openSqlite } = await load(() => import('@proj/dbal-adapter-sqlite'), name)
      return openSqlite({ model, url: url ?? ':memory:' })
    }
    case 'duckdb': {
      const { openDuckdb } = await load(() => import('@proj/dbal-adapter-duckdb'), name)
      return openDuckdb({ model, url: url ?? ':memory:' })
    }
    case 'prisma': {
      const { openPrisma } = await load(() => import('@proj/dbal-adapter-prisma'), name)
      if (config.prisma !== undefined)
        return openPrisma({ model, client: config.prisma as PrismaClientLike })
      const poolSize = config.database?.poolSize
      return openPrisma({
        model,
        url: url ?? ':memory:',
        ...(poolSize === undefined ? {} : { poolSize }),
      })
    }
  }
}

function defaultAdapter({ database, prisma }: ClientConfig): AdapterName {
  const url = database?.url
  if (prisma !== undefined) return 'prisma'
  if (url === undefined || url === 'memory:') return 'memory'
  if (/^(?:postgres|postgresql|mysql|mariadb|cockroachdb):/.test(url)) return 'prisma'
  return url.startsWith('duckdb:') ? 'duckdb' : 'sqlite'
}

function load<T>(importer: () => Promise<T>, name: AdapterName): Promise<T> {
  const peer = { name: `@proj/dbal-adapter-${name}`, use: `adapter: '${name}'`, capability: name }
  return importPeer(peer, importer)
}
