// Statements on the connections of pg, below Prisma's adapter: named, so that the server parses and plans each text
// once for a connection, and with cells as the server sends them.
import type { Answer, Binds, Cells, SqlStatement } from '@proj/dbal-sql'
import {
  isPlanned,
  readAll,
  writeAll,
  type ConnectedServer,
  type HeldConnection,
} from './connection.ts'
import { Exchange, parserOf, type Described, type Done, type NamedStep } from './pg-exchange.ts'
import { createStatementNames } from './statement-names.ts'

/** The part of pg's interface in use. */
export interface PgPool {
  connect(): Promise<PgClient>
}

interface PgClient {
  query(query: PgQuery): Promise<PgResult>
  query(exchange: Exchange): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  /** With `true` the connection is closed rather than kept. */
  release(destroy?: boolean): void
}

interface PgQuery {
  readonly text: string
  readonly rowMode?: 'array'
  readonly types?: { getTypeParser(oid: number): (text: string) => unknown }
}

interface PgResult {
  readonly rows: unknown[]
  readonly rowCount: number | null
}

const CELLS = { rowMode: 'array', types: { getTypeParser: parserOf } } as const
const NO_ANSWER: Answer = { rows: [], count: 0 }

/**
 * @param names whether statements are named: not behind a pooler that gives each to another connection
 */
export function pgServer(
  pool: PgPool,
  names: boolean,
  others: Omit<ConnectedServer, 'hold'>,
): ConnectedServer {
  const nameOf = names ? createStatementNames() : () => ''
  const known = new WeakMap<SqlStatement, string>()

  const named = (statement: SqlStatement, binds: Binds): NamedStep => {
    let name = known.get(statement)
    if (name === undefined) {
      name = nameOf(statement.text)
      known.set(statement, name)
    }
    return { text: statement.text, name, binds }
  }

  const hold = async (): Promise<HeldConnection> => {
    const client = await pool.connect()
    const described: Described = new Map()
    // What happens to a connection shows in its next statement; unheard, the event would end the process.
    client.on('error', () => undefined)
    const exchange = (steps: readonly NamedStep[], done: Done): void => {
      client.query(new Exchange(steps, described, done))
    }
    const one = <T>(step: NamedStep, pick: (answer: Answer) => T): Promise<T> =>
      new Promise((resolve, reject) => {
        exchange([step], (answers, error) =>
          error === undefined ? resolve(pick(answers[0] ?? NO_ANSWER)) : reject(error),
        )
      })
    /** Whatever it says, and however many statements that is. */
    const plain = (text: string): Promise<PgResult> => client.query({ text, ...CELLS })
    return {
      // Not async functions: each statement comes by here.
      all: (statement, binds) =>
        isPlanned(statement, binds)
          ? one(named(statement, binds), readAll.pick)
          : plain(statement.text).then(({ rows }) => rows as Cells[]),
      run: (statement, binds) =>
        isPlanned(statement, binds)
          ? one(named(statement, binds), writeAll.pick)
          : plain(statement.text).then(({ rowCount }) => rowCount ?? 0),
      together: (steps) =>
        new Promise((resolve) => {
          const all = steps.map(({ statement, binds }) => named(statement, binds))
          exchange(all, (answers, error) => resolve({ answers, error }))
        }),
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

  return { ...others, hold, sendsTogether: true }
}
