// Two clients of one server, each with a pool of its own, and a third connection that asks the server who waits.
import { randomBytes } from 'node:crypto'
import { DBALClient } from '@proj/dbal'
import { openPrisma } from '@proj/dbal-adapter-prisma'
import type { Model } from '@proj/dbal-contract'
import { createSchema, dialectFor } from '@proj/dbal-sql'

export type Server = 'postgres' | 'mysql'

export interface Pair {
  readonly first: DBALClient
  readonly second: DBALClient
  /** How many connections to this database wait for a lock, as the server says. */
  waiting(): Promise<number>
  /** The connection of the second client, where it has one only (`poolSize`). */
  connectionId(): Promise<number>
  /** Ends a connection from outside, as whoever keeps the server may. */
  kill(connectionId: number): Promise<void>
  close(): Promise<void>
}

export interface PairOptions {
  readonly poolSize?: number
  /** The second client's way to the server, where it is not straight. */
  readonly through?: (url: URL) => URL | Promise<URL>
}

/** The servers that the environment names. */
export const SERVERS = (
  [
    ['postgres', process.env['DBAL_TEST_POSTGRES_URL']],
    ['mysql', process.env['DBAL_TEST_MYSQL_URL']],
  ] as const
).filter((each): each is readonly [Server, string] => Boolean(each[1]))

export async function openPair(
  server: Server,
  url: string,
  model: Model,
  { poolSize = 3, through = (straight) => straight }: PairOptions = {},
): Promise<Pair> {
  const database = `dbal_race_${randomBytes(6).toString('hex')}`
  const admin = await openPrisma({ model, url, poolSize: 1 })
  const ask = async (text: string) => (await admin.schema?.query(text)) ?? []
  await ask(`CREATE DATABASE ${database}`)
  const own = new URL(url)
  own.pathname = `/${database}`
  const open = (way: URL) => openPrisma({ model, url: way.href, poolSize })
  const adapters = [await open(own), await open(await through(own))] as const
  const dialect = dialectFor(server === 'mysql' ? 'mysql' : 'postgresql')
  await adapters[0].schema?.apply(createSchema(model, dialect))
  const [first, second] = adapters.map((adapter) => new DBALClient({ schema: model, adapter }))
  if (first === undefined || second === undefined) throw new Error('two clients were opened')
  return {
    first,
    second,
    waiting: () =>
      server === 'mysql' ? waitingInMysql(ask, database) : waitingInPostgres(ask, database),
    connectionId: async () => {
      const rows = await adapters[1].schema?.query(WORDS[server].connectionId)
      return Number(rows?.[0]?.['id'])
    },
    kill: async (id) => void (await ask(WORDS[server].kill(id))),
    close: async () => {
      for (const client of [first, second]) await client.close()
      await ask(`DROP DATABASE ${database}${server === 'mysql' ? '' : ' WITH (FORCE)'}`)
      await admin.close()
    },
  }
}

const WORDS = {
  postgres: {
    connectionId: 'SELECT pg_backend_pid() AS id',
    kill: (id: number) => `SELECT pg_terminate_backend(${id}, 5000)`,
  },
  mysql: {
    connectionId: 'SELECT CONNECTION_ID() AS id',
    kill: (id: number) => `KILL ${id}`,
  },
} as const

type Ask = (text: string) => Promise<readonly Readonly<Record<string, unknown>>[]>

async function waitingInPostgres(ask: Ask, database: string): Promise<number> {
  const rows = await ask(
    `SELECT pid FROM pg_stat_activity WHERE datname = '${database}' AND wait_event_type = 'Lock'`,
  )
  return rows.length
}

/** Of the monitor's text, as information_schema.innodb_trx answers from a cache that polling keeps stale. */
async function waitingInMysql(ask: Ask, database: string): Promise<number> {
  const own = await ask(
    `SELECT ID AS id FROM information_schema.PROCESSLIST WHERE DB = '${database}'`,
  )
  const [status] = await ask('SHOW ENGINE INNODB STATUS')
  const waiting = String(status?.['Status'])
    .split('---TRANSACTION')
    // Before the first stand deadlocks of the past, whose transactions waited too.
    .slice(1)
    .filter((part) => /^LOCK WAIT/m.test(part))
    .map((part) => /thread id (\d+)/.exec(part)?.[1])
  return own.filter(({ id }) => waiting.includes(String(id))).length
}
