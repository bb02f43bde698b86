// The engines that push is tested on; servers where the environment names them.
import { openDuckdb } from '@proj/dbal-adapter-duckdb'
import { openPrisma } from '@proj/dbal-adapter-prisma'
import { openSqlite } from '@proj/dbal-adapter-sqlite'
import type { Adapter, Dialect, Model } from '@proj/dbal-contract'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { model } from './models.ts'

export interface TestDatabase {
  open(model: Model): Promise<Adapter>
  /** Statements of somebody else, outside any push. */
  run(...statements: readonly string[]): Promise<void>
  drop(): Promise<void>
}

export interface Target {
  readonly name: string
  readonly dialect: Dialect
  create(): Promise<TestDatabase>
}

const EMPTY = model(
  'entity: Nothing\ntable: nothing\nfields: { id: { type: uuid, primary: true } }',
)

async function runOn(
  open: (model: Model) => Promise<Adapter>,
  statements: readonly string[],
): Promise<void> {
  const adapter = await open(EMPTY)
  try {
    await adapter.schema?.apply(statements)
  } finally {
    await adapter.close()
  }
}

function fileTarget(
  name: string,
  dialect: Dialect,
  openFile: (path: string, model: Model) => Promise<Adapter>,
): Target {
  return {
    name,
    dialect,
    create: async () => {
      const folder = await mkdtemp(join(tmpdir(), 'dbal-push-'))
      const open = (of: Model): Promise<Adapter> => openFile(join(folder, 'db'), of)
      return {
        open,
        run: (...statements) => runOn(open, statements),
        drop: () => rm(folder, { recursive: true, force: true }),
      }
    },
  }
}

function serverTarget(name: 'postgresql' | 'mysql', server: string): Target {
  return {
    name,
    dialect: name,
    create: async () => {
      const database = `dbal_push_${randomBytes(6).toString('hex')}`
      const url = new URL(server)
      url.pathname = `/${database}`
      const onServer = (statement: string): Promise<void> =>
        runOn((of) => openPrisma({ model: of, url: server, poolSize: 1 }), [statement])
      await createDatabase(name, database, server)
      const open = (of: Model): Promise<Adapter> =>
        openPrisma({ model: of, url: url.href, poolSize: 2 })
      return {
        open,
        run: (...statements) => runOn(open, statements),
        drop: () =>
          name === 'mysql'
            ? onServer(`DROP DATABASE ${database}`)
            : runQuery(server, `DROP DATABASE ${database} WITH (FORCE)`),
      }
    },
  }
}

async function createDatabase(
  name: 'postgresql' | 'mysql',
  database: string,
  server: string,
): Promise<void> {
  await runQuery(
    server,
    `CREATE DATABASE ${database}${name === 'mysql' ? '' : " TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"}`,
  )
}

/** Outside a transaction: PostgreSQL makes and drops no database inside one. */
async function runQuery(server: string, statement: string): Promise<void> {
  const adapter = await openPrisma({ model: EMPTY, url: server, poolSize: 1 })
  try {
    await adapter.schema?.query(statement)
  } finally {
    await adapter.close()
  }
}

const { DBAL_TEST_POSTGRES_URL: postgres, DBAL_TEST_MYSQL_URL: mysql } = process.env

export const targets: readonly Target[] = [
  fileTarget('sqlite', 'sqlite', (path, of) => openSqlite({ path, model: of, busyTimeoutMs: 50 })),
  fileTarget('sqlite through prisma', 'sqlite', (path, of) =>
    openPrisma({ url: `file:${path}`, model: of }),
  ),
  fileTarget('duckdb', 'duckdb', (path, of) => openDuckdb({ path, model: of })),
  ...(postgres === undefined ? [] : [serverTarget('postgresql', postgres)]),
  ...(mysql === undefined ? [] : [serverTarget('mysql', mysql)]),
]
