// Which library opens the database: better-sqlite3 where it was built and is safe, else what Node brings,
// else libsql, whose binaries come prebuilt. The three answer alike; the tests run on each.
import { createRequire } from 'node:module'
import { DBALError } from '@proj/dbal-contract'
import type { OpenFlags, SqliteDatabase, SqliteLibrary } from './database.ts'
import { openLikeBetterSqlite, type BetterSqliteModule } from './open-like-better-sqlite.ts'
import { openNodeSqlite, type NodeSqliteModule } from './open-node-sqlite.ts'

const require = createRequire(import.meta.url)

type Open = (path: string, flags: OpenFlags) => SqliteDatabase

const LIBRARIES: readonly SqliteLibrary[] = ['better-sqlite3', 'node:sqlite', 'libsql']

/**
 * Opens with the named library, or with the first that loads. Throws CAPABILITY_NOT_SUPPORTED that names
 * what to install when none does; what the library throws for the file passes through.
 */
export function openDatabase(
  path: string,
  flags: OpenFlags,
  library?: SqliteLibrary,
): SqliteDatabase {
  for (const name of library === undefined ? LIBRARIES : [library]) {
    const open = load(name)
    if (open !== undefined) return open(path, flags)
  }
  const reason =
    library === undefined
      ? 'install better-sqlite3 or libsql, or use Node 22.13 or later'
      : `${library} cannot be loaded here`
  throw new DBALError('CAPABILITY_NOT_SUPPORTED', { details: { capability: 'sqlite', reason } })
}

function load(name: SqliteLibrary): Open | undefined {
  try {
    if (name === 'node:sqlite') {
      const sqlite = require('node:sqlite') as NodeSqliteModule
      return (path, flags) => openNodeSqlite(sqlite, path, flags)
    }
    if (name === 'better-sqlite3' && !isSafeHere()) return undefined
    const Database = require(name) as BetterSqliteModule
    // The native part is only looked for when a database is opened.
    new Database(':memory:').close()
    return (path, flags) => openLikeBetterSqlite(Database, name, path, flags)
  } catch {
    return undefined
  }
}

/**
 * Before version 13, better-sqlite3 aborts the process on Node 24 when a statement is collected
 * (docs/decisions/0001-tooling.md); merely opening a database would be enough.
 */
function isSafeHere(): boolean {
  const { version } = require('better-sqlite3/package.json') as { readonly version: string }
  const major = (text: string): number => Number.parseInt(text, 10)
  return major(process.versions.node) < 24 || major(version) >= 13
}
