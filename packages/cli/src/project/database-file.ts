// Opening a database that is a file makes it. Which file that is, who may make it, and how to undo it.
import { existsSync } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { UsageError } from '../command-failure.ts'
import type { DatabaseTarget } from '@proj/dbal-daemon/project'

/** Undefined for a server, and for memory. */
function databaseFile({ adapter, url = '' }: DatabaseTarget): string | undefined {
  // Two letters at least: `C:\data` is a path.
  const [, path = ''] = /^(?:(?:file|sqlite|duckdb):)?((?![a-z][a-z0-9+.-]+:).+)$/is.exec(url) ?? []
  if (adapter === 'memory' || path === '' || path === ':memory:') return undefined
  const plain = adapter === 'duckdb' ? path : path.replace(/\?.*$/s, '')
  return resolve(plain.replace(/^\/\/(?=\/)/, ''))
}

/** For commands that work on a database and make none. Throws UsageError where its file is missing. */
export function demandDatabaseFile(target: DatabaseTarget): void {
  const file = databaseFile(target)
  if (file === undefined || existsSync(file)) return
  const path = relative(process.cwd(), file)
  const shown = path.startsWith('..') ? file : path
  throw new UsageError(`there is no database at ${shown}: dbal push makes it`)
}

/**
 * Remembers whether the file was there. Answers how to undo its making: all of it, or only a file in which
 * nothing stands yet, for another command may have begun to fill it meanwhile.
 */
export function trackDatabaseFile(
  target: DatabaseTarget,
): (what: 'all' | 'empty') => Promise<void> {
  const file = databaseFile(target)
  if (file === undefined || existsSync(file)) return () => Promise.resolve()
  return async (what) => {
    const size = await stat(file).then(
      (found) => found.size,
      () => undefined,
    )
    if (size === undefined || (what === 'empty' && size > 0)) return
    for (const suffix of ['', '-wal', '-shm', '.wal']) await rm(`${file}${suffix}`, { force: true })
  }
}
