// The application's own PrismaClient, generated for each provider; those of servers run where there is one.
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { DBALError, type Adapter } from '@proj/dbal-contract'
import { createSchema, dialectFor } from '@proj/dbal-sql'
import { PrismaMariaDb } from '@prisma/adapter-mariadb'
import { PrismaPg } from '@prisma/adapter-pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openPrisma } from '../src/index.ts'
import { openClient } from '../src/open-client.ts'
import { generateClient, type FullClient, type GeneratedClient } from './generate-client.ts'
import { compare, insert, param, remove, select, update, valuesOf } from './queries.ts'
import { createTestServer, onServer, type TestServer } from './server.ts'
import { describeBatches } from './batch-program.ts'
import { describeShop } from './shop-program.ts'
import { customers, shop } from './shop.ts'
import { hasBetterSqlite, sqliteFactory } from './sqlite-drivers.ts'

const names = select('Customer', ['name'], { where: compare('Customer', 'id', '<=') })
const rename = update('Customer', [{ kind: 'set', field: 'name', value: param(0, 'string') }], {
  where: compare('Customer', 'id', '=', 1),
})

/** Prisma's adapter for libsql opens a connection for each transaction: memory would be another database. */
async function databaseUrl(): Promise<string> {
  if (hasBetterSqlite) return ':memory:'
  const folder = await mkdtemp(join(tmpdir(), 'dbal-client-'))
  return pathToFileURL(join(folder, 'test.db')).href
}

/** What an application does when it shares its transactions with DBAL. */
function describeShared(open: () => Promise<FullClient>): void {
  describe('shared with the application', () => {
    let client: FullClient
    let db: Adapter
    beforeAll(async () => {
      client = await open()
      db = await openPrisma({ model: shop, client })
    })
    afterAll(() => client.$disconnect())
    beforeEach(async () => {
      await db.run(remove('Customer'), [])
      await insert(db, 'Customer', customers)
    })

    const table = 'customers'
    const setRank = (rank: number) =>
      `UPDATE ${table} SET name = 'by the app ${rank}' WHERE id = 'c2'`

    it('commits and rolls back with the transaction of the application', async () => {
      await client.$transaction(async (tx) => {
        const joined = await openPrisma({ model: shop, client: tx })
        // An attempt that fails would end the transaction, and with it the application's own changes.
        expect(joined.capabilities.storesOtherwise).toBe(false)
        await tx.$executeRawUnsafe(setRank(1))
        await joined.run(rename, ['joined', 'c1'])
        expect(await valuesOf(joined, names, ['c2'])).toEqual(['joined', 'by the app 1'])
        await joined.close()
      })
      expect(await valuesOf(db, names, ['c2'])).toEqual(['joined', 'by the app 1'])

      const undone = client.$transaction(async (tx) => {
        const joined = await openPrisma({ model: shop, client: tx })
        await joined.run(rename, ['undone', 'c1'])
        throw new Error('the application changes its mind')
      })
      await expect(undone).rejects.toThrow('changes its mind')
      expect(await valuesOf(db, names, ['c1'])).toEqual(['joined'])
    })

    it('makes a savepoint of a transaction inside', async () => {
      await client.$transaction(async (tx) => {
        const joined = await openPrisma({ model: shop, client: tx })
        await joined.transaction((inner) => inner.run(rename, ['kept', 'c1']))
        const undone = joined.transaction(async (inner) => {
          await inner.run(rename, ['undone', 'c2'])
          await inner.transaction((innermost) => innermost.run(rename, ['undone too', 'c3']))
          throw new DBALError('FORBIDDEN')
        })
        await expect(undone).rejects.toMatchObject({ code: 'FORBIDDEN' })
        const conflicting = joined.transaction((inner) => inner.run(rename, ['zeta', 'c2']))
        await expect(conflicting).rejects.toMatchObject({
          code: 'CONFLICT',
          details: { fields: [{ field: 'name' }] },
        })
      })
      expect(await valuesOf(db, names, ['c2'])).toEqual(['kept', 'ada'])
    })

    it('is not closed with the adapter', async () => {
      const adapter = await openPrisma({ model: shop, client })
      await adapter.close()
      await expect(adapter.run(names, ['c1'])).rejects.toMatchObject({ code: 'UNAVAILABLE' })
      expect(await valuesOf(db, names, ['c1'])).toEqual(['Ada'])
    })

    it('holds no transaction for a caller that went away', async () => {
      const reason = new DBALError('TIMEOUT')
      const controller = new AbortController()
      const late = db.transaction(async () => 1, { signal: controller.signal })
      controller.abort(reason)
      await expect(late).rejects.toBe(reason)
      await db.transaction((tx) => tx.run(rename, ['after', 'c1']))
      expect(await valuesOf(db, names, ['c1'])).toEqual(['after'])
    })
  })
}

describe('a PrismaClient for SQLite', () => {
  let generated: GeneratedClient
  beforeAll(async () => {
    generated = await generateClient('sqlite')
  })
  afterAll(() => generated.remove())

  const open = async (): Promise<FullClient> => {
    const client = generated.create(await sqliteFactory(await databaseUrl()))
    const adapter = await openPrisma({ model: shop, client })
    await adapter.schema?.apply(createSchema(shop, dialectFor('sqlite')))
    return client
  }
  describeShop({
    name: 'as an adapter',
    open: async () => {
      const client = await open()
      const adapter = await openPrisma({ model: shop, client })
      return { ...adapter, close: () => client.$disconnect() }
    },
    nested: true,
    readsBesideTransaction: false,
  })
  describeShared(open)

  it('has to be known for what it is', async () => {
    const client = { $queryRawUnsafe: async () => [], $executeRawUnsafe: async () => 0 }
    for (const provider of [undefined, 'mongodb', 'constructor']) {
      await expect(openPrisma({ model: shop, client, provider })).rejects.toMatchObject({
        code: 'VALIDATION_ERROR',
      })
    }
    await expect(
      openPrisma({ model: shop, client, provider: 'cockroachdb' }),
    ).resolves.toBeDefined()
  })
})

const SERVERS = [
  {
    name: 'PostgreSQL',
    variable: 'DBAL_TEST_POSTGRES_URL',
    dialect: 'postgresql',
    connect: (url: string) => new PrismaPg({ connectionString: url }),
  },
  {
    name: 'MySQL',
    variable: 'DBAL_TEST_MYSQL_URL',
    dialect: 'mysql',
    connect: (url: string) => new PrismaMariaDb(url),
  },
] as const

for (const { name, variable, dialect, connect } of SERVERS) {
  describe(`a PrismaClient for ${name}`, () => {
    onServer(name, variable, (url) => {
      let generated: GeneratedClient
      let server: TestServer
      beforeAll(async () => {
        generated = await generateClient(dialect)
        server = await createTestServer(url, dialect)
      })
      afterAll(async () => {
        await server.close()
        await generated.remove()
      })
      const open = async (): Promise<FullClient> => generated.create(connect(server.url))
      describeShop({
        name: 'as an adapter',
        open: async () => {
          const client = await open()
          const adapter = await openPrisma({ model: shop, client })
          return { ...adapter, close: () => client.$disconnect() }
        },
        nested: true,
        readsBesideTransaction: true,
      })
      describeBatches({
        name: 'the client',
        open: async () => {
          const client = await open()
          const { driver, ...others } = await openClient({ model: shop, client })
          const close = async (): Promise<void> => {
            await driver.close()
            await client.$disconnect()
          }
          return { ...others, driver: { ...driver, close } }
        },
        runs: 20,
      })
      describeShared(open)
    })
  })
}
