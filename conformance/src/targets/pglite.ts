// PostgreSQL compiled to WASM, in this process: slow to start, so that a process has one instance, in which each store
// is a schema of its own. Its one connection is told before each statement whose turn it is.
import type { Adapter, Model } from '@proj/dbal-contract'
import { createSchema, dialectFor } from '@proj/dbal-sql'
import type { PGlite } from '@electric-sql/pglite'
import { closedWith } from './closed-with.ts'
import type { Target } from './target.ts'

export const pglite: Target = {
  name: 'pglite',
  open: async (model) => {
    shared ??= startShared()
    const { connection, drop } = await (await shared).newStore()
    return closedWith(await openOn(connection, model), drop)
  },
}

let shared: Promise<SharedDatabase> | undefined

async function startShared(): Promise<SharedDatabase> {
  const { PGlite: Database } = await import('@electric-sql/pglite')
  return new SharedDatabase(await Database.create())
}

/** What Prisma's adapter calls of a PGlite. */
type Connection = Pick<PGlite, 'query' | 'exec' | 'transaction'>

class SharedDatabase {
  readonly #database: PGlite
  #schema = 'public'
  #stores = 0
  #last: Promise<unknown> = Promise.resolve()

  constructor(database: PGlite) {
    this.#database = database
  }

  async newStore(): Promise<{ readonly connection: Connection; drop(): Promise<unknown> }> {
    this.#stores += 1
    const schema = `store_${this.#stores}`
    const database = this.#database
    const inTurn = <T>(work: () => Promise<T>): Promise<T> => this.#inTurn(schema, work)
    await inTurn(() => database.exec(`CREATE SCHEMA ${schema}`))
    return {
      connection: {
        query: (text, params, options) => inTurn(() => database.query(text, params, options)),
        exec: (text, options) => inTurn(() => database.exec(text, options)),
        transaction: (work) => inTurn(() => database.transaction(work)),
      },
      drop: () => inTurn(() => database.exec(`DROP SCHEMA ${schema} CASCADE`)),
    }
  }

  #inTurn<T>(schema: string, work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(async () => {
      if (schema !== this.#schema) await this.#database.exec(`SET search_path TO ${schema}`)
      this.#schema = schema
      return work()
    })
    this.#last = turn.catch(() => undefined)
    return turn
  }
}

async function openOn(connection: Connection, model: Model): Promise<Adapter> {
  const { openPrisma } = await import('@proj/dbal-adapter-prisma')
  const { PrismaPGlite } = await import('pglite-prisma-adapter')
  await connection.exec(createSchema(model, dialectFor('postgresql')).join(';\n'))
  const adapter = new PrismaPGlite(connection as PGlite)
  return openPrisma({ model, adapter, singleConnection: true })
}
