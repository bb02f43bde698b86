// From a server that is connected to a driver.
import type { Model } from '@proj/dbal-contract'
import { dialectOfServer, isPostgresql } from '@proj/dbal-sql'
import { capabilitiesOf } from './capabilities.ts'
import { createClassifier } from './classify-error.ts'
import type { ConnectedServer } from './connection.ts'
import type { Opened } from './opened.ts'
import { createPooledDriver } from './pooled-driver.ts'
import type { Provider } from './provider.ts'
import { demandRoles, type RowSecurity } from './row-security.ts'
import { mysqlWords, postgresqlWords } from './server-words.ts'

interface ServerOptions {
  readonly server: ConnectedServer
  readonly provider: Provider
  readonly model: Model
  readonly poolSize: number
  readonly singleConnection: boolean
  readonly cancels: boolean
  readonly url?: string
  readonly rowSecurity?: RowSecurity | undefined
}

const VERSION = { text: 'SELECT VERSION()' }

/** Disconnects where the server does not answer its first question. */
export async function openServer(options: ServerOptions): Promise<Opened> {
  const { server, model, provider, poolSize, singleConnection, cancels, url, rowSecurity } = options
  try {
    const [version] = await server.any.all(VERSION, [])
    const says = String(version?.[0])
    const words =
      provider === 'mysql'
        ? mysqlWords()
        : postgresqlWords({ url, rowSecurity, isItself: isPostgresql(says) })
    if (rowSecurity !== undefined) await demandRoles(server.any, rowSecurity)
    const classify = createClassifier(model)
    return {
      driver: createPooledDriver({ server, classify, words, poolSize, cancels, rowSecurity }),
      dialect: dialectOfServer(provider, says),
      capabilities: capabilitiesOf({ pools: !singleConnection, cancels, singleConnection }),
      isFresh: false,
    }
  } catch (error) {
    await server.dispose().catch(() => undefined)
    throw error
  }
}
