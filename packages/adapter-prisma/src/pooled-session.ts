// A connection of the server that is held while it is used. Knowing which one it is, another can cancel what it runs.
import type { ConnectedServer, Connection } from './connection.ts'
import type { ServerWords } from './server-words.ts'

export interface ServerSession {
  readonly connection: Connection
  /** Asks the server to stop what this connection runs; resolves when it has been asked. */
  cancel(): Promise<void>
  close(): Promise<void>
}

export async function openSession(
  server: ConnectedServer,
  words: ServerWords,
  cancels: boolean,
): Promise<ServerSession> {
  const connection = await server.hold()
  try {
    for (const text of words.setup) await connection.command(text)
    const id = cancels ? await readId(connection, words) : undefined
    return {
      connection,
      cancel: async () => {
        if (id !== undefined) await server.any.all({ text: words.cancel(id) }, [])
      },
      close: () => connection.close(),
    }
  } catch (error) {
    await connection.close()
    throw error
  }
}

async function readId(connection: Connection, words: ServerWords): Promise<string> {
  const [row] = await connection.all({ text: words.connectionId }, [])
  return String(row?.[0])
}
