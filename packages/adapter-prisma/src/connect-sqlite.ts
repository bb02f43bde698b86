// SQLite through one of Prisma's driver adapters, loaded when a url asks for it. Statements run on the better-sqlite3
// that Prisma opened, where it has one.
import type { SqlDriverAdapter } from '@prisma/driver-adapter-utils'
import { pathToFileURL } from 'node:url'
import { loadAdapter } from './load-adapter.ts'
import { sqlitePath } from './sqlite-path.ts'

export type SqliteLibrary = 'better-sqlite3' | 'libsql'

/**
 * From Node 24 on, the better-sqlite3 that Prisma's adapter brings aborts the process when a statement is
 * collected (docs/decisions/0001-tooling.md).
 */
const BETTER_SQLITE_ABORTS = Number.parseInt(process.versions.node, 10) >= 24

// Where its binary cannot be compiled npm leaves the package out, its types too: this must compile without.
const BETTER_SQLITE: string = '@prisma/adapter-better-sqlite3'

interface BetterSqliteAdapter {
  readonly PrismaBetterSqlite3: new (options: { readonly url: string }) => {
    connect(): Promise<SqlDriverAdapter>
  }
}

/** Throws what the driver throws, and DATABASE_ERROR that names the package to install. */
export async function connectSqlite(
  url: string,
  driver: SqliteLibrary | undefined,
): Promise<SqlDriverAdapter> {
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
  const { PrismaLibSql } = await loadAdapter(
    '@prisma/adapter-libsql',
    () => import('@prisma/adapter-libsql'),
  )
  const isRemote = target === ':memory:' || target.startsWith('libsql:')
  const url = isRemote ? target : pathToFileURL(target).href
  return new PrismaLibSql({ url, intMode: 'bigint' }).connect()
}

function isLoadError(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  return /MODULE_NOT_FOUND|ERR_DLOPEN_FAILED/.test(code) || /bindings file/.test(error.message)
}
