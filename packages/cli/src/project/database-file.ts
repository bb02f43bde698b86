import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { DatabaseTarget } from '../config/database-target.ts'

/**
 * Opening a database that is a file makes it. Answers how to undo that: nothing where the file is there
 * already, or there is none.
 */
export function trackDatabaseFile({ url = '' }: DatabaseTarget): () => Promise<void> {
  const [, path = ''] = /^(?:(?:file|sqlite|duckdb):)?((?![a-z]+:).+)$/i.exec(url) ?? []
  const file = resolve(path.replace(/^\/\/(?=\/)/, '').replace(/\?.*$/, ''))
  if (path === '' || path === ':memory:' || existsSync(file)) return () => Promise.resolve()
  return async () => {
    for (const suffix of ['', '-wal', '-shm', '.wal']) await rm(`${file}${suffix}`, { force: true })
  }
}
