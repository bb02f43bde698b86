// Opens databases the way Prisma does, through its driver adapters, or takes the PrismaClient that an application has.
// The SQL is DBAL's own, the same as for every other adapter.
import { isDBALError, type Adapter, type Model } from '@proj/dbal-contract'
import { createSchema, createSqlAdapter } from '@proj/dbal-sql'
import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import type { PrismaClientLike } from './client-driver.ts'
import type { SqliteLibrary } from './connect-sqlite.ts'
import { classifyConnection } from './connection-error.ts'
import { openAdapter } from './open-adapter.ts'
import { openClient } from './open-client.ts'
import { openUrl } from './open-url.ts'
import type { Opened } from './opened.ts'

export interface PrismaUrlOptions {
  readonly model: Model
  /** `file:PATH` (from the working directory), `:memory:`, `postgresql:…`, `mysql:…` or `mariadb:…`. */
  readonly url: string
  /** Connections to a server, 10 by default; SQLite has one. */
  readonly poolSize?: number | undefined
  /** True behind a pooler such as PgBouncer: no statement is prepared or cancelled, for the next may run elsewhere. */
  readonly transactionPooler?: boolean | undefined
  /**
   * PostgreSQL only: statements for a principal are bound by the policies of `codegen --target rls`. The login is neither
   * SUPERUSER nor BYPASSRLS, and may become the system role, which is one of these and does all else.
   */
  readonly rls?: { readonly systemRole: string } | undefined
  /** The library below SQLite: better-sqlite3, or libsql where that does not load. */
  readonly driver?: SqliteLibrary | undefined
}

export interface PrismaClientOptions {
  readonly model: Model
  /** A PrismaClient, or the `tx` of an interactive transaction, which is then joined. It is never closed here. */
  readonly client: PrismaClientLike
  /** `sqlite`, `postgresql`, `cockroachdb` or `mysql`, where the client does not tell. */
  readonly provider?: string | undefined
}

export interface PrismaAdapterOptions {
  readonly model: Model
  /** A driver adapter of Prisma's, made by the application: `new PrismaNeon({ … })`. */
  readonly adapter: SqlDriverAdapterFactory
  /** Connections to a server that are used at once, 10 by default: no more than the driver has. */
  readonly poolSize?: number | undefined
  /** True for a server that has one connection, such as PGlite: statements take turns on it. */
  readonly singleConnection?: boolean | undefined
}

export type PrismaOptions = PrismaUrlOptions | PrismaAdapterOptions | PrismaClientOptions

/**
 * Opens an adapter on a url, on a driver adapter or on a client. The url of a SQLite database in memory gives one that
 * is at the model. Throws VALIDATION_ERROR for a url or a provider of another kind, and DATABASE_ERROR when a package
 * of the driver is not installed, or the database cannot be reached, refuses the login or does not exist.
 */
export async function openPrisma(options: PrismaOptions): Promise<Adapter> {
  const { model } = options
  try {
    const { driver, dialect, capabilities, isFresh } = await open(options)
    const adapter = createSqlAdapter({
      name: 'prisma',
      model,
      dialect,
      driver,
      capabilities,
    })
    if (isFresh) await adapter.schema?.apply(createSchema(model, dialect))
    return adapter
  } catch (error) {
    throw isDBALError(error) ? error : classifyConnection(error)
  }
}

function open(options: PrismaOptions): Promise<Opened> {
  if ('client' in options) return openClient(options)
  return 'adapter' in options ? openAdapter(options) : openUrl(options)
}
