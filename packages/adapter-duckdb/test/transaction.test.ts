// What DuckDB hides behind "ok", and how its statements are stopped.
import { DBALError, type Adapter } from '@proj/dbal-contract'
import { createPool, createSchema, dialectFor, type SqlDriver } from '@proj/dbal-sql'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  compare,
  insert,
  param,
  remove,
  select,
  update,
  valuesOf,
} from '../../adapter-prisma/test/queries.ts'
import { customers, shop } from '../../adapter-prisma/test/shop.ts'
import { openConnection } from '../src/connection.ts'
import { loadBinding, loadDuck } from '../src/duck.ts'
import { createDuckdbDriver } from '../src/duckdb-driver.ts'
import { openDuckdb } from '../src/index.ts'

const dialect = dialectFor('duckdb')
const sql = (text: string) => ({ text })

describe('transactions that meet in DuckDB', () => {
  let driver: SqlDriver

  // Two writers at once, which the adapter itself does not let happen.
  beforeAll(async () => {
    const duck = await loadDuck()
    const instance = await duck.DuckDBInstance.create(':memory:')
    const connections = (size: number) =>
      createPool({
        size,
        open: () => openConnection(instance),
        close: (connection) => connection.close(),
      })
    const [readers, writer] = [connections(1), connections(2)]
    const close = async () => {
      await Promise.all([readers.close(), writer.close()])
      instance.closeSync()
    }
    driver = createDuckdbDriver({
      duck,
      binding: await loadBinding(),
      database: { readers, writer, close },
      model: shop,
      dialect,
    })
    for (const text of createSchema(shop, dialect)) await driver.run(sql(text), [])
  })
  afterAll(() => driver.close())
  beforeEach(async () => {
    await driver.run(sql('DELETE FROM customers'), [])
    await driver.run(sql("INSERT INTO customers (id, name, rank) VALUES ('a', 'a', 1)"), [])
  })

  const ranks = async () => (await driver.all(sql('SELECT rank FROM customers'), [])).flat()
  const setRank = sql("UPDATE customers SET rank = $1 WHERE id = 'a'")

  it('answers SERIALIZATION_CONFLICT to the second change of a row, and stores nothing of it', async () => {
    const [first, second] = [await driver.begin({}), await driver.begin({})]
    await first.run(setRank, [2])
    await expect(second.run(setRank, [3])).rejects.toMatchObject({
      code: 'SERIALIZATION_CONFLICT',
      retryable: true,
    })
    await first.commit()
    await expect(second.commit()).rejects.toMatchObject({ code: 'TX_ABORTED' })
    expect(await ranks()).toEqual([2])
  })

  it('answers it to the second deletion, and to a key that another one took meanwhile', async () => {
    const [first, second] = [await driver.begin({}), await driver.begin({})]
    const drop = sql("DELETE FROM customers WHERE id = 'a'")
    await first.run(drop, [])
    await expect(second.run(drop, [])).rejects.toMatchObject({ code: 'SERIALIZATION_CONFLICT' })
    await first.rollback()
    await second.rollback()

    const [third, fourth] = [await driver.begin({}), await driver.begin({})]
    const add = sql("INSERT INTO customers (id, name) VALUES ('b', $1)")
    await third.run(add, ['b'])
    await fourth.run(add, ['c'])
    await third.commit()
    await expect(fourth.commit()).rejects.toMatchObject({ code: 'SERIALIZATION_CONFLICT' })
    expect(await ranks()).toEqual([1, null])
  })

  it('never reports the commit of an aborted one as done', async () => {
    const transaction = await driver.begin({})
    await transaction.run(setRank, [5])
    await expect(transaction.all(sql("SELECT CAST('x' AS INTEGER)"), [])).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
    })
    await expect(transaction.run(setRank, [6])).rejects.toMatchObject({ code: 'TX_ABORTED' })
    await expect(transaction.commit()).rejects.toMatchObject({ code: 'TX_ABORTED' })
    expect(await ranks()).toEqual([1])
  })

  it('runs statements that are started together one after the other', async () => {
    const transaction = await driver.begin({})
    await Promise.all(Array.from({ length: 20 }, async (_, at) => transaction.run(setRank, [at])))
    await transaction.commit()
    expect(await ranks()).toEqual([19])
  })
})

describe('a DuckDB adapter', () => {
  let db: Adapter
  beforeAll(async () => {
    db = await openDuckdb({ model: shop })
  })
  afterAll(() => db.close())
  beforeEach(async () => {
    await db.run(remove('Customer'), [])
    await insert(db, 'Customer', customers)
  })

  const ids = select('Customer', ['id'])
  const slow = (entity = 'Customer') => ({
    ...select(entity, ['id'], { sort: [] }),
    // Each step looks at every row again.
    where: Array.from({ length: 9 }).reduce<ReturnType<typeof compare>>(
      (where) => ({
        kind: 'not',
        term: { kind: 'inSelect', left: param(0, 'string'), entity, field: 'name', where },
      }),
      compare(entity, 'name', '!='),
    ),
  })

  it('stops a statement in the engine when its signal is aborted', async () => {
    const rows = Array.from({ length: 100_000 }, (_, at) => ({ id: `n${at}`, name: `n${at}` }))
    await insert(db, 'Customer', rows)
    const reason = new DBALError('TIMEOUT')
    const controller = new AbortController()
    const running = db.run(slow(), ['x'], { signal: controller.signal })
    // The engine works in threads of its own, and far longer than the next turn of this one.
    setImmediate(() => controller.abort(reason))
    await expect(running).rejects.toBe(reason)
    expect(await valuesOf(db, ids)).toHaveLength(100_005)
  })

  it('lets a write wait for the open transaction, and go with its deadline', async () => {
    const rename = update('Customer', [{ kind: 'set', field: 'name', value: param(0, 'string') }], {
      where: compare('Customer', 'id', '=', 1),
    })
    await db.transaction(async (tx) => {
      await tx.run(rename, ['inside', 'c1'])
      const signal = AbortSignal.timeout(20)
      await expect(db.run(rename, ['outside', 'c2'], { signal })).rejects.toMatchObject({
        name: 'DBALError',
      })
      expect(await valuesOf(db, ids)).toHaveLength(5)
    })
    const name = select('Customer', ['name'], { where: compare('Customer', 'id', '<=') })
    expect(await valuesOf(db, name, ['c2'])).toEqual(['inside', 'ada'])
  })

  it('loads many rows at once, of every type, as INSERT would', async () => {
    const many = Array.from({ length: 3000 }, (_, at) => ({
      ...customers[at % 5],
      id: `n${at}`,
      name: `n${at}`,
    }))
    expect(await insert(db, 'Customer', many)).toBe(3000)
    const all = select('Customer', Object.keys(customers[0] ?? {}), {
      where: compare('Customer', 'id', '='),
    })
    for (const row of many.slice(0, 5)) {
      expect((await db.run(all, [row.id])).rows).toEqual([row])
    }
    const mixed = many
      .slice(0, 300)
      .map((row) => ({ ...row, id: `${row.id}x`, name: `${row.name}x` }))
    const taken = [...mixed, { ...mixed[0], id: 'c1', name: 'y' }]
    await expect(insert(db, 'Customer', taken)).rejects.toMatchObject({
      code: 'CONFLICT',
      details: { fields: [{ field: 'id' }] },
    })
    const nameless = mixed.map((row, at) => ({ ...row, name: at === 250 ? null : row.name }))
    await expect(insert(db, 'Customer', nameless)).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      details: { fields: [{ field: 'name' }] },
    })
    expect(await valuesOf(db, ids)).toHaveLength(3005)
  })
})
