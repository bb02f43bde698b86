// Which database a command works on: its url, and the adapter that serves it.
import { resolve } from 'node:path'
import { inspect } from 'node:util'
import { ConfigError } from './config-error.ts'
import { readNamedFile } from './read-named-file.ts'
import type { DatabaseConfig } from './config-file.ts'
import { expandUrl, fromEnvironment } from './expand-url.ts'
import type { ProjectConfig } from './project-config.ts'

export const ADAPTERS = ['prisma', 'sqlite', 'duckdb', 'memory'] as const
export type AdapterName = (typeof ADAPTERS)[number]

export interface DatabaseFlags {
  readonly adapter?: AdapterName | undefined
  readonly url?: string | undefined
}

export interface DatabaseTarget {
  readonly adapter: AdapterName
  /** Absent for `memory` only. */
  readonly url?: string
  readonly poolSize?: number
  readonly rls?: { readonly systemRole: string }
}

/** Throws ConfigError when no database is named, or its url cannot be read; no url is in a message. */
export async function findDatabase(
  { database, folder }: ProjectConfig,
  flags: DatabaseFlags,
): Promise<DatabaseTarget> {
  const url = flags.url ?? (await readUrl(database, folder))
  if (flags.adapter === 'memory' || url === 'memory:') return { adapter: 'memory' }
  if (url === undefined) {
    if (flags.adapter === undefined && database.adapter === 'memory') return { adapter: 'memory' }
    throw new ConfigError('which database? give --url, or database.url in dbal.config.yaml')
  }
  demandUrl(url)
  const poolSize = database.connection_pool_size
  return hideUrl({
    adapter: chooseAdapter(url, flags, database),
    url,
    ...(poolSize === undefined ? {} : { poolSize }),
    ...(database.rls === undefined ? {} : { rls: { systemRole: database.rls.system_role } }),
  })
}

/** Whoever prints the target, by mistake or to see it, does not print a password. */
function hideUrl(target: DatabaseTarget): DatabaseTarget {
  const shown = () => ({ ...target, url: '[hidden]' })
  return Object.defineProperties(target, {
    toJSON: { value: shown },
    [inspect.custom]: { value: shown },
  })
}

/** A url that comes as a flag brings its adapter along, where the configured one does not serve it. */
function chooseAdapter(url: string, flags: DatabaseFlags, database: DatabaseConfig): AdapterName {
  if (flags.adapter !== undefined) return flags.adapter
  const { adapter } = database
  if (adapter === undefined || (flags.url !== undefined && !serves(adapter, url)))
    return adapterOf(url)
  return adapter
}

/** What begins with a word and a colon; two letters at least, for `C:\data` is a path. */
const SCHEME = /^([a-z][a-z0-9+.-]+):/i
const FILES: readonly string[] = ['file', 'sqlite', 'duckdb', 'libsql', 'memory']

/** Throws ConfigError, without the url, for one that no adapter can read. */
function demandUrl(url: string): void {
  const scheme = SCHEME.exec(url)?.[1]?.toLowerCase()
  if (scheme === undefined || FILES.includes(scheme)) return
  if (!SERVER.test(url))
    throw new ConfigError(
      `no adapter is for ${scheme}: a url begins with file:, duckdb:, postgresql: or mysql:`,
    )
  // A server on a socket has no host: `postgresql://ada@/shop?host=/run`.
  if (!URL.canParse(url.replace('@/', '@localhost/')))
    throw new ConfigError(
      'the url of the database is malformed; in a password, / is %2F, @ is %40, : is %3A, # is %23',
    )
}

const SERVER = /^(?:postgres|postgresql|mysql|mariadb|cockroachdb):/i

/** A url says which engine it is for. */
function adapterOf(url: string): AdapterName {
  if (SERVER.test(url)) return 'prisma'
  return url.startsWith('duckdb:') || url.endsWith('.duckdb') ? 'duckdb' : 'sqlite'
}

function serves(adapter: AdapterName, url: string): boolean {
  if (adapter === 'memory') return false
  if (SERVER.test(url)) return adapter === 'prisma'
  return adapter === 'duckdb' || !url.startsWith('duckdb:')
}

async function readUrl(database: DatabaseConfig, folder: string): Promise<string | undefined> {
  const { url, url_env: variable, url_file: file } = database
  if (variable !== undefined) return anchor(fromEnvironment(variable, process.env), folder)
  if (file !== undefined) return anchor(await readUrlFile(file, folder), folder)
  return url === undefined ? undefined : anchor(expandUrl(url, process.env), folder)
}

async function readUrlFile(file: string, folder: string): Promise<string> {
  const text = await readNamedFile(resolve(folder, file), `database.url_file ${file}`)
  if (text.trim() === '') throw new ConfigError(`database.url_file ${file} is empty`)
  return text.trim()
}

/** A database file of a config stands where the config does, wherever the command is run. */
function anchor(url: string, folder: string): string {
  const [, scheme = '', path = ''] = /^(file:|sqlite:|duckdb:)?(.*)$/s.exec(url) ?? []
  const isFile = scheme !== '' || !/^[a-z][a-z0-9+.-]*:/i.test(url)
  if (!isFile || path === ':memory:' || path.startsWith('/')) return url
  return `${scheme}${resolve(folder, path)}`
}
