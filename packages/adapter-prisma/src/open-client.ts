// From a PrismaClient, or the `tx` of its interactive transaction, to a driver.
import type { Model } from '@proj/dbal-contract'
import { dialectFor, dialectOfServer, type SqlDialect } from '@proj/dbal-sql'
import { capabilitiesOf } from './capabilities.ts'
import { createClassifier } from './classify-error.ts'
import { clientDialect } from './client-dialect.ts'
import { createClientDriver, isRootClient, type PrismaClientLike } from './client-driver.ts'
import type { Opened } from './opened.ts'
import { getProvider, type Provider } from './provider.ts'

interface ClientOptions {
  readonly model: Model
  readonly client: PrismaClientLike
  readonly provider?: string | undefined
}

export async function openClient(options: ClientOptions): Promise<Opened> {
  const { client, model } = options
  const known = '_activeProvider' in client ? client._activeProvider : undefined
  const provider = getProvider(options.provider ?? known)
  const isRoot = isRootClient(client)
  const singleConnection = provider === 'sqlite' || !isRoot
  const dialect = clientDialect(await dialectOf(provider, client))
  return {
    driver: createClientDriver({ client, classify: createClassifier(model), provider }),
    dialect,
    capabilities: capabilitiesOf({ pools: false, cancels: false, singleConnection }),
    isFresh: false,
  }
}

async function dialectOf(provider: Provider, client: PrismaClientLike): Promise<SqlDialect> {
  // In a transaction of the application nothing turns on which PostgreSQL it is.
  if (provider === 'sqlite' || (provider === 'postgresql' && !isRootClient(client)))
    return dialectFor(provider)
  const rows = (await client.$queryRawUnsafe('SELECT VERSION() AS version')) as {
    version: unknown
  }[]
  return dialectOfServer(provider, String(rows[0]?.version))
}
