// What is told of a key that a transaction breaks, after which DuckDB answers nothing more in it.
import type { Adapter, Row, Store } from '@proj/dbal-contract'
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
import { openDuckdb } from '../src/index.ts'

describe('a key that a transaction on DuckDB breaks (MUT-46, MUT-47)', () => {
  let db: Adapter
  beforeAll(async () => {
    db = await openDuckdb({ model: shop })
  })
  afterAll(() => db.close())
  beforeEach(async () => {
    await db.run(remove('Customer'), [])
    await insert(db, 'Customer', customers)
  })

  const rename = update('Customer', [{ kind: 'set', field: 'name', value: param(0, 'string') }], {
    where: compare('Customer', 'id', '=', 1),
    returning: ['name'],
  })
  const stored = () => valuesOf(db, select('Customer', ['id', 'name']))
  const broken = (field: string, index?: number) => ({
    code: 'CONFLICT',
    details: { conflict: 'unique', fields: [{ field }], ...(index === undefined ? {} : { index }) },
  })

  /** The error of the last rows, once the transaction has written what comes before them. */
  async function failure(before: (tx: Store) => Promise<unknown>, rows: readonly Row[]) {
    const was = await stored()
    const seen: unknown[] = []
    const done = db.transaction(async (tx) => {
      await before(tx)
      await insert(tx, 'Customer', rows).catch((error: unknown) => seen.push(error))
    })
    await expect(done).rejects.toMatchObject({ code: 'TX_ABORTED' })
    expect(await stored()).toEqual(was)
    return seen[0]
  }

  it('is the first of the contract, whether the transaction took it or another one before', async () => {
    const before = (tx: Store) => insert(tx, 'Customer', [{ id: 'n', name: 'n' }])
    expect(await failure(before, [{ id: 'n', name: 'Ada' }])).toMatchObject(broken('id'))
  })

  it('is that of the first row, by what the transaction has changed', async () => {
    const before = (tx: Store) => tx.run(rename, ['free', 'c1'])
    const rows = [
      { id: 'z', name: 'free' },
      { id: 'c2', name: 'q' },
    ]
    expect(await failure(before, rows)).toMatchObject(broken('name', 0))
  })

  it('is not one of the rows that the failed call itself has written', async () => {
    const many = Array.from({ length: 99 }, (_, at) => ({ id: `m${at}`, name: `m${at}` }))
    const before = (tx: Store) => insert(tx, 'Customer', [{ id: 'n', name: 'n' }])
    const rows = [...many, { id: 'x', name: 'Ada' }, { id: 'n', name: 'y' }]
    expect(await failure(before, rows)).toMatchObject(broken('name', 99))
  })

  it('is what the engine met first where the transaction has written too much to do it again', async () => {
    const many = Array.from({ length: 50_001 }, (_, at) => ({ id: `m${at}`, name: `m${at}` }))
    const before = (tx: Store) => insert(tx, 'Customer', many)
    expect(await failure(before, [{ id: 'm1', name: 'Ada' }])).toMatchObject(broken('name'))
  })
})
