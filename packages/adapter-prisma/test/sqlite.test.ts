import { createSchema, dialectFor } from '@proj/dbal-sql'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { openPrisma } from '../src/index.ts'
import { openUrl } from '../src/open-url.ts'
import { describeBatches } from './batch-program.ts'
import { insert, select, valuesOf } from './queries.ts'
import { describeShop } from './shop-program.ts'
import { customers, shop } from './shop.ts'
import { hasBetterSqlite, SQLITE_DRIVERS, sqliteFactory } from './sqlite-drivers.ts'

for (const driver of SQLITE_DRIVERS) {
  describeShop({
    name: `SQLite through Prisma’s ${driver} adapter`,
    open: () => openPrisma({ model: shop, url: ':memory:', driver }),
    nested: true,
    readsBesideTransaction: false,
  })
}

// A statement in process costs less than to wait for others; here it is told to, since a test on it is quick.
describeBatches({
  name: 'SQLite, as if it were far away',
  open: async () => {
    const opened = await openUrl({ model: shop, url: ':memory:' })
    for (const text of createSchema(shop, opened.dialect)) await opened.driver.run({ text }, [])
    return { ...opened, driver: { ...opened.driver, remote: true } }
  },
  runs: 200,
})

describe('a SQLite file through Prisma', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dbal-prisma-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))
  afterEach(() => {
    vi.doUnmock('@prisma/adapter-better-sqlite3')
    vi.doUnmock('@prisma/adapter-pg')
    vi.resetModules()
  })
  const names = select('Customer', ['name'])

  it('keeps rows in the form that Prisma and the direct adapter read', async () => {
    const url = `file:${join(folder, 'kept.db')}`
    const first = await openPrisma({ model: shop, url })
    await first.schema?.apply(createSchema(shop, dialectFor('sqlite')))
    await insert(first, 'Customer', customers)
    await first.close()
    await first.close()
    await expect(first.run(names, [])).rejects.toMatchObject({ code: 'UNAVAILABLE' })

    const second = await openPrisma({ model: shop, url, driver: 'libsql' })
    expect(await valuesOf(second, names)).toHaveLength(5)
    expect(
      await second.schema?.query(
        `SELECT typeof("joinedAt") AS "type", "joinedAt" || '' AS "stored", "credit" FROM "customers" WHERE "id" = 'c1'`,
      ),
    ).toEqual([{ type: 'text', stored: '2024-03-10T05:00:00.123+00:00', credit: '12.30' }])
    await second.close()
  })

  // libsql leaves the log behind whoever closes it.
  it.runIf(hasBetterSqlite)('closes a file that was opened and not used', async () => {
    const path = join(folder, 'unused.db')
    const url = `file:${path}`
    const first = await openPrisma({ model: shop, url })
    await first.schema?.apply(createSchema(shop, dialectFor('sqlite')))
    await first.close()
    const unused = await openPrisma({ model: shop, url })
    await unused.close()
    // SQLite takes the log away with the last connection.
    expect(existsSync(`${path}-wal`)).toBe(false)
  })

  it('enforces foreign keys again after a change of tables that SQLite undid by itself', async () => {
    for (const library of SQLITE_DRIVERS) {
      const { driver } = await openUrl({ model: shop, url: ':memory:', driver: library })
      const change = await driver.beginSchemaChange?.()
      await change?.run({ text: 'ROLLBACK' }, [])
      await change?.rollback()
      const [enforced] = await driver.records('PRAGMA foreign_keys')
      expect(Number(enforced?.['foreign_keys'])).toBe(1)
      await driver.close()
    }
  })

  it('opens a driver adapter that the application made', async () => {
    const adapter = await openPrisma({
      model: shop,
      adapter: await sqliteFactory(':memory:'),
    })
    await adapter.schema?.apply(createSchema(shop, dialectFor('sqlite')))
    await insert(adapter, 'Customer', customers)
    expect(await valuesOf(adapter, names)).toHaveLength(5)
    await adapter.close()
  })

  it('answers DATABASE_ERROR for what is no database, and says so without the path', async () => {
    const path = join(folder, 'text.db')
    await writeFile(path, 'x'.repeat(4096))
    const cases = [
      [path, /not a SQLite database/],
      [join(folder, 'missing/x.db'), /cannot be opened/],
    ] as const
    for (const [file, reason] of cases) {
      for (const driver of SQLITE_DRIVERS) {
        const opening = openPrisma({ model: shop, url: `file:${file}`, driver })
        const error = await opening.catch((thrown: unknown) => thrown)
        expect(error).toMatchObject({ code: 'DATABASE_ERROR', details: { reason } })
        expect(JSON.stringify(error)).not.toContain(folder)
      }
    }
    const empty = await openPrisma({ model: shop, url: join(folder, 'empty.db') })
    await expect(empty.run(names, [])).rejects.toMatchObject({
      code: 'DATABASE_ERROR',
      details: { reason: /dbal push/ },
    })
    await empty.close()
  })

  // libsql keeps its own time to wait for a lock.
  it.runIf(hasBetterSqlite)(
    'answers SERIALIZATION_CONFLICT while another process holds the lock',
    async () => {
      const url = `file:${join(folder, 'busy.db')}`
      const [first, second] = [
        await openPrisma({ model: shop, url }),
        await openPrisma({ model: shop, url }),
      ]
      await first.schema?.apply(createSchema(shop, dialectFor('sqlite')))
      await second.schema?.query('PRAGMA busy_timeout = 1')
      await first.transaction(async (tx) => {
        await insert(tx, 'Customer', customers)
        await expect(second.transaction(async () => 1)).rejects.toMatchObject({
          code: 'SERIALIZATION_CONFLICT',
          retryable: true,
        })
        expect(await valuesOf(second, names)).toEqual([])
      })
      expect(await valuesOf(second, names)).toHaveLength(5)
      await Promise.all([first.close(), second.close()])
    },
  )

  it('refuses the url of something else', async () => {
    for (const url of ['duckdb:x', 'https://example.com/x', 'mysql://secret@:x']) {
      const error = await openPrisma({ model: shop, url }).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'VALIDATION_ERROR' })
      expect(JSON.stringify(error)).not.toContain('secret')
    }
  })

  it('goes on with libsql where better-sqlite3 does not load, and names a package that is missing', async () => {
    const absent = () => {
      throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' })
    }
    vi.doMock('@prisma/adapter-better-sqlite3', () => ({
      PrismaBetterSqlite3: class {
        connect = absent
      },
    }))
    vi.doMock('@prisma/adapter-pg', absent)
    const { openPrisma: open } = await import('../src/index.ts')
    const adapter = await open({ model: shop, url: ':memory:' })
    expect(await valuesOf(adapter, names)).toEqual([])
    await adapter.close()
    await expect(open({ model: shop, url: 'postgresql://localhost/x' })).rejects.toMatchObject({
      code: 'DATABASE_ERROR',
      details: { reason: 'install @prisma/adapter-pg' },
    })
  })
})
