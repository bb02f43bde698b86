import { DBALError } from '@proj/dbal-contract'
import { resolve } from 'node:path'

/** The file of a url: `duckdb:PATH`, `file:PATH` or PATH, from the working directory; undefined for memory. */
export function readLocation(url: string): string | undefined {
  const path = url.replace(/^(?:duckdb|file):/, '')
  if (path === ':memory:' || path === 'memory:') return undefined
  // Two letters at least: `C:\data` is a path.
  if (path === '' || /^[a-z][a-z0-9+.-]+:/i.test(path)) {
    throw new DBALError('VALIDATION_ERROR', {
      details: { reason: 'a DuckDB url is duckdb:PATH, a path, or :memory:' },
    })
  }
  return resolve(path.replace(/^\/\/(?=\/)/, ''))
}
