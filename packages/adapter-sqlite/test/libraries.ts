// The same tests on every library that can be loaded here; one that cannot must be refused, not skipped.
import { describe } from 'vitest'
import type { Adapter } from '@proj/dbal-contract'
import { openSqlite, type SqliteLibrary, type SqliteOptions } from '../src/index.ts'
import { library as model } from './library.ts'

type Open = (options?: Partial<SqliteOptions>) => Promise<Adapter>

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

const LIBRARIES: readonly SqliteLibrary[] = ['better-sqlite3', 'node:sqlite', 'libsql']

/** Version 12 is for Node up to 23, and npm leaves it out where it cannot be compiled. */
const better =
  major < 24 &&
  (await import('better-sqlite3').then(
    () => true,
    () => false,
  ))

/** `node:sqlite` is open to all from 22.13 on. */
function isHere(library: SqliteLibrary): boolean {
  if (library === 'better-sqlite3') return better
  return library === 'libsql' || major > 22 || (major === 22 && minor >= 13)
}

export const ABSENT: readonly SqliteLibrary[] = LIBRARIES.filter((library) => !isHere(library))

export function onEachLibrary(define: (open: Open) => void): void {
  describe.each(LIBRARIES.filter(isHere))('%s', (driver) => {
    define((options) => openSqlite({ model, driver, ...options }))
  })
}
