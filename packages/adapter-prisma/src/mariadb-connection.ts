// Statements on the connections of the mariadb driver, below Prisma's adapter: prepared once for a connection, and
// with cells as the server sends them.
import type { Bind, Binds, Cells } from '@proj/dbal-sql'
import type { ConnectedServer, HeldConnection } from './connection.ts'

/** The part of the driver's interface in use. */
export interface MariadbPool {
  getConnection(): Promise<MariadbConnection>
}

interface MariadbConnection {
  execute(query: MariadbQuery, values: Bind[]): Promise<unknown>
  query(query: MariadbQuery): Promise<unknown>
  on(event: 'error', listener: (error: Error) => void): unknown
  destroy(): void
}

interface MariadbQuery {
  readonly sql: string
}

/** Dates and JSON as text, no bit taken for a boolean, no name given to a column. */
const CELLS = {
  rowsAsArray: true,
  dateStrings: true,
  autoJsonMap: false,
  jsonStrings: true,
  bitOneIsBoolean: false,
}
const RECORDS = { ...CELLS, rowsAsArray: false }

export function mariadbServer(
  pool: MariadbPool,
  others: Omit<ConnectedServer, 'hold'>,
): ConnectedServer {
  const hold = async (): Promise<HeldConnection> => {
    const connection = await pool.getConnection()
    // What happens to a connection shows in its next statement; unheard, the event would end the process.
    connection.on('error', () => undefined)
    const send = (text: string, binds: Binds): Promise<unknown> =>
      connection.execute({ sql: text, ...CELLS }, binds.map(toValue))
    return {
      all: async ({ text }, binds) => rowsOf(await send(text, binds)) as Cells[],
      run: async ({ text }, binds) => affected(await send(text, binds)),
      command: async (text) => {
        await connection.query({ sql: text })
      },
      records: async (text) =>
        rowsOf(await connection.query({ sql: text, ...RECORDS })) as Record<string, unknown>[],
      close: () => {
        connection.destroy()
        return Promise.resolve()
      },
    }
  }
  return { ...others, hold }
}

/** Bytes that are no Buffer would be sent as JSON. */
function toValue(bind: Bind): Bind {
  return bind instanceof Uint8Array && !Buffer.isBuffer(bind)
    ? Buffer.from(bind.buffer, bind.byteOffset, bind.byteLength)
    : bind
}

function rowsOf(result: unknown): unknown[] {
  return Array.isArray(result) ? result : []
}

function affected(result: unknown): number {
  const isCounted = typeof result === 'object' && result !== null && 'affectedRows' in result
  return isCounted ? Number(result.affectedRows) : 0
}
