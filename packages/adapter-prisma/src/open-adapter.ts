// From a driver adapter of Prisma's that the application has made itself, with options of its own: what it runs
// goes through the adapter.
import type { Model } from '@proj/dbal-contract'
import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import { openServer } from './open-server.ts'
import { openSqlite } from './open-sqlite.ts'
import type { Opened } from './opened.ts'
import { prismaServer } from './prisma-connection.ts'
import { getProvider } from './provider.ts'

interface AdapterOptions {
  readonly model: Model
  readonly adapter: SqlDriverAdapterFactory
  readonly poolSize?: number | undefined
  readonly singleConnection?: boolean | undefined
}

const POOL_SIZE = 10

export async function openAdapter(options: AdapterOptions): Promise<Opened> {
  const { model, adapter: factory, poolSize = POOL_SIZE, singleConnection = false } = options
  const provider = getProvider(factory.provider)
  const adapter = await factory.connect()
  if (provider === 'sqlite') return openSqlite(adapter, model, 'given')
  return openServer({
    server: prismaServer(adapter),
    provider,
    model,
    poolSize: singleConnection ? 1 : poolSize,
    singleConnection,
    // Another connection would have to ask for it.
    cancels: !singleConnection,
  })
}
