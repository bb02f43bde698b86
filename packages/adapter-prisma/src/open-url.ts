// From a url to a driver.
import { unsupported, type Model } from '@proj/dbal-contract'
import { connectServer } from './connect-server.ts'
import { connectSqlite, type SqliteLibrary } from './connect-sqlite.ts'
import { openServer } from './open-server.ts'
import { openSqlite } from './open-sqlite.ts'
import type { Opened } from './opened.ts'
import { providerOfUrl } from './provider.ts'
import type { RowSecurity } from './row-security.ts'
import { isMemory } from './sqlite-path.ts'

interface UrlOptions {
  readonly model: Model
  readonly url: string
  readonly poolSize?: number | undefined
  readonly transactionPooler?: boolean | undefined
  readonly driver?: SqliteLibrary | undefined
  readonly rls?: RowSecurity | undefined
}

const POOL_SIZE = 10

export async function openUrl(options: UrlOptions): Promise<Opened> {
  const { model, url, poolSize = POOL_SIZE, transactionPooler = false, driver, rls } = options
  const provider = providerOfUrl(url)
  if (rls !== undefined && provider !== 'postgresql')
    throw unsupported('rls', 'row-level security is of PostgreSQL only')
  // The next statement may run elsewhere, as somebody else.
  if (rls !== undefined && transactionPooler)
    throw unsupported('rls', 'row-level security wants connections of its own, without a pooler')
  if (provider === 'sqlite') {
    const adapter = await connectSqlite(url, driver)
    return openSqlite(adapter, model, isMemory(url) ? 'memory' : 'file')
  }
  return openServer({
    server: await connectServer(provider, { url, poolSize, transactionPooler }),
    provider,
    model,
    poolSize,
    singleConnection: false,
    cancels: !transactionPooler,
    url,
    rowSecurity: rls,
  })
}
