import { resolve } from 'node:path'
import { DBALError } from '@proj/dbal-contract'

/** The file of a url, from the working directory; undefined for memory. */
export function readLocation(url: string): string | undefined {
  const path = url.replace(/^(?:file|sqlite):/, '')
  if (path === ':memory:' || path === 'memory:') return undefined
  // Two letters at least: `C:\data` is a path.
  if (path === '' || /^[a-z][a-z0-9+.-]+:/i.test(path)) {
    throw new DBALError('VALIDATION_ERROR', {
      details: { reason: 'a SQLite url is file:PATH, a path, or :memory:' },
    })
  }
  return resolve(path.replace(/^\/\/(?=\/)/, '').replace(/\?.*$/, ''))
}
