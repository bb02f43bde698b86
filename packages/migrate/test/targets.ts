// The engines that push is tested on; servers where the environment names them.
import { openDuckdb } from '@proj/dbal-adapter-duckdb'
import { openPrisma } from '@proj/dbal-adapter-prisma'
import { openSqlite } from '@proj/dbal-adapter-sqlite'
import type { Adapter, Dialect, Model } from '@proj/dbal-contract'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { model } from './models.ts'

export interface TestDatabase {
  open(model: Model): Promise<Adapter>
  /** The same adapter for as long as the model is the same; the database closes it. */
  reopen(model: Model): Promise<Adapter>
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
      return testDatabase(
        (of) => openFile(join(folder, 'db'), of),
        () => rm(folder, { recursive: true, force: true }),
      )
    },
  }
}

function testDatabase(open: TestDatabase['open'], remove: () => Promise<void>): TestDatabase {
  let kept: { readonly model: Model; readonly adapter: Adapter } | undefined
  const close = async (): Promise<void> => {
    const last = kept
    kept = undefined
    await last?.adapter.close()
  }
  return {
    open,
    reopen: async (of) => {
      if (kept?.model !== of) {
        await close()
        kept = { model: of, adapter: await open(of) }
      }
      return kept.adapter
    },
    run: (...statements) => runOn(open, statements),
    drop: async () => {
      await close()
      await remove()
    },
  }
}

/** Databases of a server are emptied and used again: making one takes longer than a test does. */
function serverTarget(name: 'postgresql' | 'mysql', server: string): Target {
  const made: string[] = []
  const free: string[] = []
  afterAll(async () => {
    const force = name === 'mysql' ? '' : ' WITH (FORCE)'
    for (const database of made) await runQuery(server, `DROP DATABASE ${database}${force}`)
  })
  const make = async (): Promise<string> => {
    const database = `dbal_push_${randomBytes(6).toString('hex')}`
    const template = " TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
    await runQuery(server, `CREATE DATABASE ${database}${name === 'mysql' ? '' : template}`)
    made.push(database)
    return database
  }
  return {
    name,
    dialect: name,
    create: async () => {
      const database = free.pop() ?? (await make())
      const url = new URL(server)
      url.pathname = `/${database}`
      const open = (of: Model): Promise<Adapter> =>
        openPrisma({ model: of, url: url.href, poolSize: 2 })
      const [object, onIt] =
        name === 'mysql' ? [`DATABASE ${database}`, ''] : ['SCHEMA public', ' CASCADE']
      return testDatabase(open, async () => {
        await runOn(open, [`DROP ${object}${onIt}`, `CREATE ${object}`])
        free.push(database)
      })
    },
  }
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
