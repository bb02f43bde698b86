import { createSchema, dialectFor } from '@proj/dbal-sql'
import { PrismaPg } from '@prisma/adapter-pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPrisma } from '../src/index.ts'
import { insert, select, valuesOf } from './queries.ts'
import { createTestServer, onServer, type TestServer } from './server.ts'
import { describeServer } from './server-program.ts'
import { describeShop } from './shop-program.ts'
import { customers, shop } from './shop.ts'

onServer('PostgreSQL', 'DBAL_TEST_POSTGRES_URL', (url) => {
  describeServer({
    name: 'PostgreSQL',
    dialect: 'postgresql',
    url,
    adapter: (at) => new PrismaPg({ connectionString: at }),
    connectionId: 'SELECT pg_backend_pid()',
    kill: (id) => `SELECT pg_terminate_backend(${id})`,
    impatient: 'connect_timeout=1',
  })

  describe('PostgreSQL on one connection', () => {
    let server: TestServer
    beforeAll(async () => {
      server = await createTestServer(url, 'postgresql')
    })
    afterAll(() => server.close())
    describeShop({
      name: 'through an adapter of the application',
      open: () => {
        const adapter = new PrismaPg({ connectionString: server.url, max: 1 })
        return openPrisma({ model: shop, adapter, singleConnection: true })
      },
      nested: true,
      readsBesideTransaction: false,
    })
  })

  describe('PostgreSQL alone', () => {
    it('takes the schema of the url as its search path, and works without prepared statements', async () => {
      const server = await createTestServer(url, 'postgresql')
      const first = await server.open()
      await first.schema?.apply(['CREATE SCHEMA "of its own"'])
      await first.close()
      const inside = new URL(server.url)
      inside.searchParams.set('schema', 'of its own')
      const adapter = await openPrisma({ model: shop, url: inside.href, transactionPooler: true })
      await adapter.schema?.apply(createSchema(shop, dialectFor('postgresql')))
      await insert(adapter, 'Customer', customers)
      expect(await valuesOf(adapter, select('Customer', ['id']))).toHaveLength(5)
      await adapter.close()
      const outside = await server.open()
      expect(await valuesOf(outside, select('Customer', ['id']))).toEqual([])
      await outside.close()
      await server.close()
    })
  })
})
