// Servers through Prisma's driver adapters, loaded when a url asks for one: each is an optional dependency that brings
// its driver. Prisma makes the pool; statements run on the driver's connections.
import { DBALError } from '@proj/dbal-contract'
import type { ConnectedServer } from './connection.ts'
import { loadAdapter } from './load-adapter.ts'
import { mariadbServer } from './mariadb-connection.ts'
import { pgServer } from './pg-connection.ts'
import { prismaConnection } from './prisma-connection.ts'
import type { Provider } from './provider.ts'

export interface ServerSettings {
  readonly url: string
  /** Connections for statements; the driver may open one more, to cancel. */
  readonly poolSize: number
  readonly transactionPooler: boolean
}

/** Milliseconds until a server that does not answer counts as unreachable. */
const CONNECT_TIMEOUT_MS = 5000

/** Throws what the driver throws, and DATABASE_ERROR that names the package to install. */
export function connectServer(
  provider: Exclude<Provider, 'sqlite'>,
  settings: ServerSettings,
): Promise<ConnectedServer> {
  return provider === 'postgresql' ? connectPostgresql(settings) : connectMysql(settings)
}

async function connectPostgresql(settings: ServerSettings): Promise<ConnectedServer> {
  const { PrismaPg } = await loadAdapter('@prisma/adapter-pg', () => import('@prisma/adapter-pg'))
  const adapter = await new PrismaPg({
    connectionString: settings.url.replace(/^cockroachdb:/, 'postgresql:'),
    max: settings.poolSize + 1,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  }).connect()
  return pgServer(adapter.underlyingDriver(), !settings.transactionPooler, {
    any: prismaConnection(adapter),
    dispose: () => adapter.dispose(),
  })
}

async function connectMysql(settings: ServerSettings): Promise<ConnectedServer> {
  const { PrismaMariaDb } = await loadAdapter(
    '@prisma/adapter-mariadb',
    () => import('@prisma/adapter-mariadb'),
  )
  const url = parseUrl(settings.url)
  const defaults = {
    connectionLimit: settings.poolSize + 1,
    connectTimeout: CONNECT_TIMEOUT_MS,
    acquireTimeout: CONNECT_TIMEOUT_MS,
    // Connections are opened when they are needed.
    minimumIdle: 1,
    prepareCacheLength: settings.transactionPooler ? 0 : 256,
    // Rows are counted when they match, changed in value or not.
    foundRows: true,
  }
  const missing = Object.entries(defaults).filter(([name]) => !url.searchParams.has(name))
  // As text: written anew, the blanks of what is there would become plus signs, which the driver keeps.
  url.search = [url.search.slice(1), ...missing.map(([name, value]) => `${name}=${value}`)]
    .filter((part) => part !== '')
    .join('&')
  const adapter = await new PrismaMariaDb(url.href).connect()
  return mariadbServer(adapter.underlyingDriver(), {
    any: prismaConnection(adapter),
    dispose: () => adapter.dispose(),
  })
}

/** The error of `new URL` would carry the text, password and all. */
function parseUrl(text: string): URL {
  if (URL.canParse(text)) return new URL(text)
  throw new DBALError('VALIDATION_ERROR', { details: { reason: 'the database url is malformed' } })
}
