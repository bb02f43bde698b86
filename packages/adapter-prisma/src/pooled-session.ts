// A connection of the server that is held while it is used, made from what Prisma's interface has: a transaction that
// is ended at once leaves its connection with us. Knowing which one it is, another can cancel what it runs.
import type { SqlDriverAdapter, Transaction } from '@prisma/driver-adapter-utils'
import { command, toQuery } from './executor.ts'
import type { ServerWords } from './server-words.ts'

export interface ServerSession {
  readonly connection: Transaction
  /** Asks the server to stop what this connection runs; resolves when it has been asked. */
  cancel(): Promise<void>
  close(): Promise<void>
}

export async function openSession(
  adapter: SqlDriverAdapter,
  words: ServerWords,
  cancels: boolean,
): Promise<ServerSession> {
  const connection = await adapter.startTransaction()
  try {
    await command(connection, 'COMMIT')
    for (const text of words.setup) await command(connection, text)
    const id = cancels ? await readId(connection, words) : undefined
    return {
      connection,
      cancel: async () => {
        if (id !== undefined) await adapter.queryRaw(toQuery(words.cancel(id), []))
      },
      close: () => giveBack(connection),
    }
  } catch (error) {
    await giveBack(connection)
    throw error
  }
}

async function readId(connection: Transaction, words: ServerWords): Promise<string> {
  const { rows } = await connection.queryRaw(toQuery(words.connectionId, []))
  return String(rows[0]?.[0])
}

/** Ends whatever is open and returns the connection to the driver, which drops a broken one. */
async function giveBack(connection: Transaction): Promise<void> {
  await command(connection, 'ROLLBACK').catch(() => undefined)
  await connection.rollback().catch(() => undefined)
}
