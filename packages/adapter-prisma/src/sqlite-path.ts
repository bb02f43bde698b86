import { resolve } from 'node:path'

const MEMORY = ':memory:'

/** The file of `file:PATH`, `sqlite:PATH` or PATH, from the working directory, or `:memory:`; undefined for a server. */
export function sqlitePath(url: string): string | undefined {
  if (url.startsWith('libsql:')) return undefined
  const path = url.replace(/^(?:file|sqlite):/, '').replace(/\?.*$/s, '')
  if (path === MEMORY || path === 'memory:') return MEMORY
  return resolve(path.replace(/^\/\/(?=\/)/, ''))
}

export function isMemory(url: string): boolean {
  return sqlitePath(url) === MEMORY
}
