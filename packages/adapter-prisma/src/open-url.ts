// From a url to a driver, or from a driver adapter of Prisma's that the application has made itself.
import type { Model } from '@proj/dbal-contract'
import { dialectFor } from '@proj/dbal-sql'
import type { SqlDriverAdapter, SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import { capabilitiesOf } from './capabilities.ts'
import { createClassifier } from './classify-error.ts'
import { connectAdapter, type SqliteLibrary } from './connect-adapter.ts'
import { toQuery } from './executor.ts'
import type { Opened } from './opened.ts'
import { createPooledDriver } from './pooled-driver.ts'
import { getProvider, providerOfUrl, type Provider } from './provider.ts'
import { mysqlWords, postgresqlWords } from './server-words.ts'
import { createSqliteDriver } from './sqlite-driver.ts'
import { isMemory } from './sqlite-path.ts'

interface UrlOptions {
  readonly model: Model
  readonly url: string
  readonly poolSize?: number | undefined
  readonly transactionPooler?: boolean | undefined
  readonly driver?: SqliteLibrary | undefined
}

interface AdapterOptions {
  readonly model: Model
  readonly adapter: SqlDriverAdapterFactory
  readonly poolSize?: number | undefined
  readonly singleConnection?: boolean | undefined
}

interface Connected {
  readonly adapter: SqlDriverAdapter
  readonly provider: Provider
  readonly model: Model
  readonly poolSize: number
  readonly singleConnection: boolean
  readonly cancels: boolean
  readonly url?: string
}

const POOL_SIZE = 10

export async function openUrl(options: UrlOptions): Promise<Opened> {
  const { model, url, poolSize = POOL_SIZE, transactionPooler = false, driver } = options
  const provider = providerOfUrl(url)
  const adapter = await connectAdapter(provider, { url, poolSize, transactionPooler, driver })
  return onConnected({
    adapter,
    provider,
    model,
    poolSize,
    singleConnection: false,
    cancels: !transactionPooler,
    url,
  })
}

export async function openAdapter(options: AdapterOptions): Promise<Opened> {
  const { model, adapter: factory, poolSize = POOL_SIZE, singleConnection = false } = options
  const provider = getProvider(factory.provider)
  return onConnected({
    adapter: await factory.connect(),
    provider,
    model,
    poolSize: singleConnection ? 1 : poolSize,
    singleConnection,
    // Another connection would have to ask for it.
    cancels: !singleConnection,
  })
}

/** Closes the connection when the database does not answer its first question. */
async function onConnected(connected: Connected): Promise<Opened> {
  const open = connected.provider === 'sqlite' ? openSqlite : openServer
  try {
    return await open(connected)
  } catch (error) {
    await connected.adapter.dispose().catch(() => undefined)
    throw error
  }
}

/** Milliseconds to wait for another process to finish writing. */
const SETTINGS = ['busy_timeout = 5000', 'foreign_keys = ON']
/** Readers go on beside one writer; NORMAL loses nothing when the process dies (sqlite.org/wal.html). */
const FILE_SETTINGS = ['journal_mode = WAL', 'synchronous = NORMAL']

async function openSqlite({ adapter, model, url }: Connected): Promise<Opened> {
  const isFile = url !== undefined && !isMemory(url)
  for (const setting of isFile ? [...SETTINGS, ...FILE_SETTINGS] : SETTINGS) {
    await adapter.queryRaw(toQuery(`PRAGMA ${setting}`, []))
  }
  return {
    driver: createSqliteDriver(adapter, createClassifier(model)),
    dialect: dialectFor('sqlite'),
    capabilities: capabilitiesOf({ pools: false, cancels: false, singleConnection: true }),
    isFresh: url !== undefined && !isFile,
  }
}

async function openServer(connected: Connected): Promise<Opened> {
  const { adapter, model, provider, poolSize, singleConnection, cancels, url } = connected
  const words = provider === 'mysql' ? mysqlWords() : postgresqlWords(url)
  const version = await adapter.queryRaw(toQuery('SELECT VERSION()', []))
  const isMariadb = /mariadb/i.test(String(version.rows[0]?.[0]))
  const classify = createClassifier(model)
  return {
    driver: createPooledDriver({ adapter, classify, words, poolSize, cancels }),
    dialect: dialectFor(provider, isMariadb ? 'mariadb' : 'mysql'),
    capabilities: capabilitiesOf({ pools: !singleConnection, cancels, singleConnection }),
    isFresh: false,
  }
}
