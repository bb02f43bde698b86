// Which of Prisma's adapters for SQLite can be used here: the one for better-sqlite3 needs a native
// module that was built, and aborts the process on Node 24 and later (docs/decisions/0001-tooling.md).
import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils'

type Driver = 'better-sqlite3' | 'libsql'

const major = Number.parseInt(process.versions.node, 10)
const better =
  major < 24 ? await import('@prisma/adapter-better-sqlite3').catch(() => undefined) : undefined

export const hasBetterSqlite = better !== undefined

export const SQLITE_DRIVERS: readonly Driver[] = hasBetterSqlite
  ? ['better-sqlite3', 'libsql']
  : ['libsql']

/** The adapter an application would make. */
export async function sqliteFactory(url: string): Promise<SqlDriverAdapterFactory> {
  if (better !== undefined) return new better.PrismaBetterSqlite3({ url })
  const { PrismaLibSql } = await import('@prisma/adapter-libsql')
  return new PrismaLibSql({ url, intMode: 'bigint' })
}
