// Statements through anything of Prisma's that runs SQL: an adapter or a transaction of it.
import type { Bind, Binds } from '@proj/dbal-sql'
import type {
  ArgType,
  SqlDriverAdapter,
  SqlQuery,
  SqlQueryable,
} from '@prisma/driver-adapter-utils'
import type { ConnectedServer, Connection, HeldConnection } from './connection.ts'

// The statement casts where a type matters, so the adapter is to pass every value as it is.
const PLAIN: ArgType = { scalarType: 'unknown', arity: 'scalar' }
const argTypes: ArgType[][] = []
/** Longer lists are made anew: one of each length would fill the memory. */
const MAX_KEPT = 256

function typesOf(count: number): ArgType[] {
  if (count > MAX_KEPT) return plainTypes(count)
  return (argTypes[count] ??= plainTypes(count))
}

function plainTypes(count: number): ArgType[] {
  return Array.from({ length: count }, () => PLAIN)
}

function toQuery(text: string, binds: Binds): SqlQuery {
  return { sql: text, args: binds as Bind[], argTypes: typesOf(binds.length) }
}

export function prismaConnection(on: SqlQueryable): Connection {
  return {
    all: async ({ text }, binds) => (await on.queryRaw(toQuery(text, binds))).rows,
    run: ({ text }, binds) => on.executeRaw(toQuery(text, binds)),
    command: async (text) => {
      await on.executeRaw(toQuery(text, []))
    },
    records: async (text) => {
      const { columnNames, rows } = await on.queryRaw(toQuery(text, []))
      return rows.map((row) => Object.fromEntries(columnNames.map((name, at) => [name, row[at]])))
    },
  }
}

/** A server through the adapter's own interface, which holds a connection for a transaction only. */
export function prismaServer(adapter: SqlDriverAdapter): ConnectedServer {
  return {
    hold: () => holdTransaction(adapter),
    any: prismaConnection(adapter),
    dispose: () => adapter.dispose(),
  }
}

/** A transaction that is ended at once leaves its connection with us. */
async function holdTransaction(adapter: SqlDriverAdapter): Promise<HeldConnection> {
  const transaction = await adapter.startTransaction()
  const connection = prismaConnection(transaction)
  /** Ends whatever is open and returns the connection to the driver, which drops a broken one. */
  const close = async (): Promise<void> => {
    await connection.command('ROLLBACK').catch(() => undefined)
    await transaction.rollback().catch(() => undefined)
  }
  try {
    await connection.command('COMMIT')
  } catch (error) {
    await close()
    throw error
  }
  return { ...connection, close }
}
