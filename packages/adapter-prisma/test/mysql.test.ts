import type { JsonValue } from '@proj/dbal-contract'
import { PrismaMariaDb } from '@prisma/adapter-mariadb'
import { expect, it } from 'vitest'
import { compare, field, insert, param, select, update } from './queries.ts'
import { createTestServer, onServer } from './server.ts'
import { describeServer } from './server-program.ts'
import { ada } from './shop.ts'

onServer('MySQL', 'DBAL_TEST_MYSQL_URL', (url) => {
  describeServer({
    name: 'MySQL or MariaDB',
    dialect: 'mysql',
    url,
    adapter: (at) => new PrismaMariaDb(at),
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

  it('refuses JSON that MariaDB cannot nest, before anything is stored', async () => {
    const server = await createTestServer(url, 'mysql')
    const db = await server.open()
    const [version] = await server.admin('SELECT VERSION() AS v')
    const rows = [31, 32].map((levels, n) => ({ id: `c${n}`, name: `n${n}`, meta: nested(levels) }))
    // MySQL nests 100 levels.
    if (!/mariadb/i.test(String(version?.['v']))) {
      expect(await insert(db, 'Customer', rows)).toBe(2)
      await db.close()
      return server.close()
    }
    const refused = { code: 'VALIDATION_ERROR', details: { fields: [{ field: 'meta' }] } }
    await expect(insert(db, 'Customer', rows.slice(1))).rejects.toMatchObject(refused)
    await expect(insert(db, 'Customer', rows)).rejects.toMatchObject({
      ...refused,
      details: { ...refused.details, index: 1 },
    })
    const all = select('Customer', ['id', 'meta'])
    expect((await db.run(all, [])).rows).toEqual([])
    await insert(db, 'Customer', rows.slice(0, 1))
    const change = update('Customer', [{ field: 'meta', kind: 'set', value: param(0, 'json') }])
    // In a transaction the refusal is known before its statement too.
    const changed = db.transaction(async (tx) => tx.run(change, [nested(32)]))
    await expect(changed).rejects.toMatchObject(refused)
    expect((await db.run(all, [])).rows).toEqual([{ id: 'c0', meta: nested(31) }])
    await db.close()
    await server.close()
  })

  it('compares JSON below a key that begins with a hyphen', async () => {
    const server = await createTestServer(url, 'mysql')
    const db = await server.open()
    const inner = { '-': ['-x', '\\u002d', '"-'], a: -1 }
    await insert(db, 'Customer', [
      { id: 'c1', name: 'one', meta: { '-in': { '-': inner } } },
      { id: 'c2', name: 'two', meta: { in: inner } },
    ])
    const left = { kind: 'jsonPath', field: field('Customer', 'meta'), path: ['-in', '-'] } as const
    const equal = select('Customer', ['id'], {
      where: { kind: 'compare', op: '=', left, right: param(0, 'json') },
    })
    expect((await db.run(equal, [inner])).rows).toEqual([{ id: 'c1' }])
    await db.close()
    await server.close()
  })
})

/** Lists inside of each other. */
function nested(levels: number): JsonValue {
  return levels === 0 ? 1 : [nested(levels - 1)]
}
