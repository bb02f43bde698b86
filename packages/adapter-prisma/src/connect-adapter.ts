// Prisma's driver adapters, loaded when a url asks for one: each is an optional dependency with a driver below it.
import { DBALError } from '@proj/dbal-contract'
import type {
  SqlDriverAdapter,
  SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils'
import { pathToFileURL } from 'node:url'
import type { Provider } from './provider.ts'
import { sqlitePath } from './sqlite-path.ts'
import { createStatementNames } from './statement-names.ts'

export type SqliteLibrary = 'better-sqlite3' | 'libsql'

export interface ConnectionSettings {
  readonly url: string
  /** Connections for statements; the driver may open one more, to cancel. */
  readonly poolSize: number
  readonly transactionPooler: boolean
  readonly driver: SqliteLibrary | undefined
}

/** Milliseconds until a server that does not answer counts as unreachable. */
const CONNECT_TIMEOUT_MS = 5000

/**
 * From Node 24 on, the better-sqlite3 that Prisma's adapter brings aborts the process when a statement is
 * collected (docs/decisions/0001-tooling.md).
 */
const BETTER_SQLITE_ABORTS = Number.parseInt(process.versions.node, 10) >= 24

// Where its binary cannot be compiled npm leaves the package out, its types too: this must compile without.
const BETTER_SQLITE: string = '@prisma/adapter-better-sqlite3'

interface BetterSqliteAdapter {
  readonly PrismaBetterSqlite3: new (options: {
    readonly url: string
  }) => SqlMigrationAwareDriverAdapterFactory
}

/** Throws what the driver throws, and DATABASE_ERROR that names the package to install. */
export function connectAdapter(
  provider: Provider,
  settings: ConnectionSettings,
): Promise<SqlDriverAdapter> {
  if (provider === 'postgresql') return connectPostgresql(settings)
  if (provider === 'mysql') return connectMysql(settings)
  return connectSqlite(settings)
}

async function connectSqlite({ url, driver }: ConnectionSettings): Promise<SqlDriverAdapter> {
  const path = sqlitePath(url)
  const libsql = driver === 'libsql' || (driver === undefined && BETTER_SQLITE_ABORTS)
  if (libsql || path === undefined) return connectLibsql(path ?? url)
  try {
    const { PrismaBetterSqlite3 } = (await import(BETTER_SQLITE)) as BetterSqliteAdapter
    return await new PrismaBetterSqlite3({ url: path }).connect()
  } catch (error) {
    if (driver !== undefined || !isLoadError(error)) throw error
    // Its binary is missing on this machine: libsql brings its own.
    return connectLibsql(path)
  }
}

async function connectLibsql(target: string): Promise<SqlDriverAdapter> {
  const { PrismaLibSql } = await load(
    '@prisma/adapter-libsql',
    () => import('@prisma/adapter-libsql'),
  )
  const isRemote = target === ':memory:' || target.startsWith('libsql:')
  const url = isRemote ? target : pathToFileURL(target).href
  return new PrismaLibSql({ url, intMode: 'bigint' }).connect()
}

async function connectPostgresql(settings: ConnectionSettings): Promise<SqlDriverAdapter> {
  const { PrismaPg } = await load('@prisma/adapter-pg', () => import('@prisma/adapter-pg'))
  const config = {
    connectionString: settings.url.replace(/^cockroachdb:/, 'postgresql:'),
    max: settings.poolSize + 1,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  }
  const named = { statementNameGenerator: createStatementNames() }
  return new PrismaPg(config, settings.transactionPooler ? {} : named).connect()
}

async function connectMysql(settings: ConnectionSettings): Promise<SqlDriverAdapter> {
  const { PrismaMariaDb } = await load(
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
  return new PrismaMariaDb(url.href).connect()
}

/** The error of `new URL` would carry the text, password and all. */
function parseUrl(text: string): URL {
  if (URL.canParse(text)) return new URL(text)
  throw new DBALError('VALIDATION_ERROR', { details: { reason: 'the database url is malformed' } })
}

async function load<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw new DBALError('DATABASE_ERROR', { details: { reason: `install ${name}` }, cause })
  }
}

function isLoadError(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  return /MODULE_NOT_FOUND|ERR_DLOPEN_FAILED/.test(code) || /bindings file/.test(error.message)
}
