import { expect, it } from 'vitest'
import { compare, insert, select } from './queries.ts'
import { createTestServer, onServer } from './server.ts'
import { describeServer } from './server-program.ts'
import { ada } from './shop.ts'

onServer('MySQL', 'DBAL_TEST_MYSQL_URL', (url) => {
  describeServer({
    name: 'MySQL or MariaDB',
    dialect: 'mysql',
    url,
    connectionId: 'SELECT CONNECTION_ID()',
    kill: (id) => `KILL ${id}`,
    impatient: 'acquireTimeout=300&connectTimeout=300',
  })

  it('reads at once as it reads alone in a table whose collation takes cases for equal', async () => {
    const server = await createTestServer(url, 'mysql')
    const db = await server.open()
    await db.schema?.apply([
      'ALTER TABLE customers MODIFY name VARCHAR(191) COLLATE utf8mb4_general_ci NOT NULL',
    ])
    await insert(db, 'Customer', [ada])
    const byName = select('Customer', ['id'], { where: compare('Customer', 'name', '=') })
    const read = async (name: string) => (await db.run(byName, [name])).count
    expect(await read('ADA')).toBe(1)
    expect(await Promise.all(['ADA', 'nobody'].map(read))).toEqual([1, 0])
    await db.close()
    await server.close()
  })
})
