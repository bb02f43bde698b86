// Statements on the connections of pg, below Prisma's adapter: named, so that the server parses and plans each text
// once for a connection, and with cells as the server sends them.
import type { Cells, SqlStatement } from '@proj/dbal-sql'
import type { ConnectedServer, HeldConnection } from './connection.ts'
import { createStatementNames } from './statement-names.ts'

/** The part of pg's interface in use. */
export interface PgPool {
  connect(): Promise<PgClient>
}

interface PgClient {
  query(query: PgQuery, values?: unknown[]): Promise<PgResult>
  on(event: 'error', listener: (error: Error) => void): unknown
  /** With `true` the connection is closed rather than kept. */
  release(destroy?: boolean): void
}

interface PgQuery {
  readonly text: string
  readonly name?: string
  readonly rowMode?: 'array'
  readonly types?: { getTypeParser(oid: number): (text: string) => unknown }
}

interface PgResult {
  readonly rows: unknown[]
  readonly rowCount: number | null
}

/** Object ids of types that are not left as text (catalog/pg_type.dat of PostgreSQL). */
const PARSERS: ReadonlyMap<number, (text: string) => unknown> = new Map<
  number,
  (text: string) => unknown
>([
  [16, (text) => text === 't'],
  [17, (text) => Buffer.from(text.slice(2), 'hex')],
  [21, Number],
  [23, Number],
  [700, Number],
  [701, Number],
])
const asText = (text: string): string => text
const CELLS = { getTypeParser: (oid: number) => PARSERS.get(oid) ?? asText }

/**
 * @param names whether statements are named: not behind a pooler that gives each to another connection
 */
export function pgServer(
  pool: PgPool,
  names: boolean,
  others: Omit<ConnectedServer, 'hold'>,
): ConnectedServer {
  const nameOf = names ? createStatementNames() : () => ''
  const queries = new WeakMap<SqlStatement, PgQuery>()

  const queryOf = (statement: SqlStatement, isPlanned: boolean): PgQuery => {
    let query = queries.get(statement)
    if (query === undefined) {
      const { text } = statement
      const name = isPlanned ? nameOf(text) : ''
      query = { text, rowMode: 'array', types: CELLS, ...(name === '' ? {} : { name }) }
      queries.set(statement, query)
    }
    return query
  }

  const send = (client: PgClient, statement: SqlStatement, binds: readonly unknown[]) =>
    client.query(
      queryOf(statement, binds.length > 0 || statement.text.startsWith('SELECT')),
      binds as unknown[],
    )

  const hold = async (): Promise<HeldConnection> => {
    const client = await pool.connect()
    // What happens to a connection shows in its next statement; unheard, the event would end the process.
    client.on('error', () => undefined)
    return {
      all: async (statement, binds) => (await send(client, statement, binds)).rows as Cells[],
      run: async (statement, binds) => (await send(client, statement, binds)).rowCount ?? 0,
      command: async (text) => {
        await client.query({ text })
      },
      records: async (text) => (await client.query({ text })).rows as Record<string, unknown>[],
      close: () => {
        client.release(true)
        return Promise.resolve()
      },
    }
  }

  return { ...others, hold }
}
