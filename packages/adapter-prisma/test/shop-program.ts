// One program of queries with their literal results: every adapter on SQL must answer it alike. Reads come first, on
// the rows of shop.ts; each test after them starts from those rows again.
import {
  DBALError,
  isDBALError,
  type Adapter,
  type Row,
  type Store,
  type Value,
} from '@proj/dbal-contract'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  aggregate,
  asc,
  byKey,
  compare,
  desc,
  field,
  insert,
  literal,
  match,
  param,
  remove,
  select,
  TRUE,
  update,
  valuesOf,
} from './queries.ts'
import { ada, customers, lines, orders, shop } from './shop.ts'

export interface ShopTarget {
  readonly name: string
  /** A database with the tables of the shop and no rows. */
  open(): Promise<Adapter>
  readonly nested: boolean
  /** False where a call from outside waits for an open transaction to end, reads included. */
  readonly readsBesideTransaction: boolean
}

const ENTITIES = ['Line', 'Invoice', 'Order', 'Customer']

async function refill(adapter: Adapter): Promise<void> {
  await adapter.transaction(async (tx) => {
    for (const entity of ENTITIES) await tx.run(remove(entity), [])
    await insert(tx, 'Customer', customers)
    await insert(tx, 'Order', orders)
    await insert(tx, 'Line', lines)
  })
}

/** What a failing call answers. */
const rename = update('Customer', [{ kind: 'set', field: 'name', value: param(0, 'string') }], {
  where: compare('Customer', 'id', '=', 1),
})

async function failure(work: Promise<unknown>): Promise<unknown> {
  try {
    await work
  } catch (error) {
    if (!isDBALError(error)) throw error
    const text = JSON.stringify(error)
    expect(text).not.toContain('secret')
    const { code, details } = error
    return details?.fields === undefined ? code : [code, ...details.fields.map((f) => f.field)]
  }
  return 'no error'
}

export function describeShop(target: ShopTarget): void {
  describe(`${target.name}, the shop`, () => {
    let db: Adapter

    beforeAll(async () => {
      db = await target.open()
      await refill(db)
    })
    afterAll(() => db.close())

    const ids = (where = TRUE, params: readonly (Value | readonly Value[])[] = []) =>
      valuesOf(db, select('Customer', ['id'], { where }), params)

    describe('reads', () => {
      it('gives every type back as it was stored', async () => {
        const { rows, count } = await db.run(select('Customer', Object.keys(ada)), [])
        expect(rows).toEqual(customers)
        expect(count).toBe(5)
        expect(rows[0]?.['photo']?.constructor).toBe(Uint8Array)
      })

      it.each([
        ['=', 'rank', 1, ['c4', 'c5']],
        ['!=', 'rank', 1, ['c1']],
        ['>', 'points', 9007199254740992n, ['c1']],
        ['<=', 'points', 9007199254740992n, ['c2', 'c4']],
        ['>', 'credit', '9.5', ['c1', 'c4']],
        ['=', 'credit', '9.5', ['c5']],
        ['<', 'credit', '0', ['c2']],
        ['<', 'score', 0, ['c2']],
        ['=', 'active', false, ['c2']],
        ['<', 'joinedAt', new Date(0), ['c2']],
        ['>=', 'joinedAt', new Date('2024-03-10T05:00:00.123Z'), ['c1', 'c4']],
        ['>', 'joinedAt', new Date('2024-03-10T05:00:00.123Z'), ['c4']],
        ['<', 'born', '1999-12-31', ['c2']],
        ['>=', 'opens', '09:30:00.250', ['c1', 'c2']],
        ['=', 'photo', new Uint8Array([0, 255, 16]), ['c1']],
        ['=', 'photo', new Uint8Array([]), ['c2']],
        ['=', 'token', '01890a5d-ac96-774b-bcce-b302099a8057', ['c1']],
        ['=', 'kind', 'trade', ['c2']],
        ['=', 'name', 'ada', ['c2']],
        ['<', 'name', 'a', ['c1', 'c3', 'c4']],
        ['=', 'rank', null, []],
      ] as const)('compares: %s %s %s', async (op, name, value, expected) => {
        expect(await ids(compare('Customer', name, op), [value])).toEqual(expected)
      })

      it('keeps unknown unknown under NOT', async () => {
        const where = { kind: 'not', term: compare('Customer', 'rank', '=') } as const
        expect(await ids(where, [1])).toEqual(['c1'])
      })

      it('combines with AND and OR', async () => {
        const either = {
          kind: 'or',
          terms: [compare('Customer', 'rank', '=', 0), compare('Customer', 'active', '=', 1)],
        } as const
        const both = { kind: 'and', terms: [either, compare('Customer', 'name', '>', 2)] } as const
        expect(await ids(both, [3, false, 'B'])).toEqual(['c2'])
        expect(await ids({ kind: 'and', terms: [] })).toHaveLength(5)
        expect(await ids({ kind: 'or', terms: [] })).toEqual([])
      })

      it('knows NULL: isNull, distinct, coalescing with holds', async () => {
        const rank = field('Customer', 'rank')
        expect(await ids({ kind: 'isNull', operand: rank })).toEqual(['c2', 'c3'])
        const distinct = { kind: 'distinct', left: rank, right: param(0, 'integer') } as const
        expect(await ids(distinct, [1])).toEqual(['c1', 'c2', 'c3'])
        expect(await ids(distinct, [null])).toEqual(['c1', 'c4', 'c5'])
        const holds = { kind: 'holds', term: compare('Customer', 'rank', '=') } as const
        expect(await ids({ kind: 'not', term: holds }, [1])).toEqual(['c1', 'c2', 'c3'])
      })

      it('finds members of lists, short, long and empty', async () => {
        const name = field('Customer', 'name')
        const within = { kind: 'in', left: name, list: param(0, 'string', true) } as const
        const many = Array.from({ length: 3000 }, (_, at) => `n${at}`)
        expect(await ids(within, [['zeta', 'Ada', 'nobody']])).toEqual(['c1', 'c5'])
        expect(await ids(within, [[...many, 'ZOË 😀']])).toEqual(['c4'])
        expect(await ids(within, [[]])).toEqual([])
        expect(await ids({ kind: 'not', term: within }, [[]])).toHaveLength(5)
        const points = field('Customer', 'points')
        const exact = { kind: 'in', left: points, list: param(0, 'bigint', true) } as const
        expect(await ids(exact, [[9007199254740993n, 7n]])).toEqual(['c1'])
        expect(await ids({ kind: 'not', term: exact }, [[7n]])).toEqual(['c1', 'c2', 'c4'])
      })

      it.each([
        ['contains', '%', ['c3']],
        ['contains', '_s', ['c3']],
        ['contains', '\\ "x" \'y\';--', ['c3']],
        ['contains', '😀', ['c4']],
        ['startsWith', 'a', ['c2']],
        ['startsWith', '100%', ['c3']],
        ['endsWith', 'a', ['c1', 'c2', 'c5']],
        ['endsWith', '', ['c1', 'c2', 'c3', 'c4', 'c5']],
        ['like', '_da', ['c1', 'c2']],
        ['like', '%a', ['c1', 'c2', 'c5']],
        ['like', '100\\% \\_%', ['c3']],
        ['like', 'ZO_ _', ['c4']],
        ['like', '[aA]da', []],
      ] as const)('matches text literally: %s %s', async (op, value, expected) => {
        expect(await ids(match(op), [value])).toEqual(expected)
      })

      it('folds ASCII letters only', async () => {
        expect(await ids(match('contains', true), ['DA'])).toEqual(['c1', 'c2'])
        expect(await ids(match('contains', true), ['zoË'])).toEqual(['c4'])
        expect(await ids(match('contains', true), ['zoë'])).toEqual([])
        expect(await ids(match('like', true), ['ADA'])).toEqual(['c1', 'c2'])
      })

      it('sorts NULL where it is told to and text by code point', async () => {
        const rank = field('Customer', 'rank')
        const sorted = (term: ReturnType<typeof asc>) =>
          valuesOf(db, select('Customer', ['id'], { sort: [term, ...byKey('Customer')] }))
        expect(await sorted(asc(rank))).toEqual(['c4', 'c5', 'c1', 'c2', 'c3'])
        expect(await sorted(desc(rank))).toEqual(['c1', 'c4', 'c5', 'c2', 'c3'])
        expect(await sorted(asc(rank, 'first'))).toEqual(['c2', 'c3', 'c4', 'c5', 'c1'])
        expect(await sorted(desc(rank, 'first'))).toEqual(['c2', 'c3', 'c1', 'c4', 'c5'])
        expect(await sorted(asc(field('Customer', 'name')))).toEqual(['c3', 'c1', 'c4', 'c2', 'c5'])
        expect(await sorted(asc(field('Customer', 'credit')))).toEqual([
          'c2',
          'c5',
          'c1',
          'c4',
          'c3',
        ])
        expect(await sorted(desc(field('Customer', 'joinedAt')))).toEqual([
          'c4',
          'c1',
          'c2',
          'c3',
          'c5',
        ])
      })

      it('pages, also by nothing at all', async () => {
        const page = select('Customer', ['id'], {
          limit: param(0, 'integer'),
          offset: param(1, 'integer'),
        })
        expect(await valuesOf(db, page, [2, 1])).toEqual(['c2', 'c3'])
        expect(await valuesOf(db, page, [0, 0])).toEqual([])
        const rest = select('Customer', ['id'], { offset: param(0, 'integer') })
        expect(await valuesOf(db, rest, [3])).toEqual(['c4', 'c5'])
      })

      it('takes one row for each value', async () => {
        const query = select('Order', ['id'], {
          distinct: ['region'],
          sort: [desc(field('Order', 'id'))],
        })
        expect(await valuesOf(db, query)).toEqual([4, 2])
      })

      it('reads inside JSON and tells its null from NULL', async () => {
        const meta = field('Customer', 'meta')
        const at = (...path: (string | number)[]) =>
          ({ kind: 'jsonPath', field: meta, path }) as const
        const equals = (path: (string | number)[], value: string | number | boolean) =>
          ids({ kind: 'compare', op: '=', left: at(...path), right: literal(value) })
        expect(await equals(['a', 'b', 0], 1)).toEqual(['c1'])
        expect(await equals(['a', 'b', 1], 'x')).toEqual(['c1'])
        expect(await equals(['n'], 1.5)).toEqual(['c1'])
        expect(await equals(['n'], '1.5')).toEqual(['c5'])
        expect(await equals(['t'], false)).toEqual(['c5'])
        expect(await ids({ kind: 'jsonNull', operand: meta })).toEqual(['c2'])
        expect(await ids({ kind: 'jsonNull', operand: at('a', 'b', 2) })).toEqual(['c1'])
        expect(await ids({ kind: 'isNull', operand: meta })).toEqual(['c3'])
      })

      it('follows relations', async () => {
        const north = compare('Order', 'region', '=')
        const some = { kind: 'exists', relation: 'orders', where: north } as const
        expect(await ids(some, ['north'])).toEqual(['c1'])
        expect(await ids({ kind: 'not', term: some }, ['north'])).toEqual(['c2', 'c3', 'c4', 'c5'])
        const count = { kind: 'relationCount', relation: 'orders' } as const
        expect(
          await ids({ kind: 'compare', op: '>=', left: count, right: param(0, 'integer') }, [1]),
        ).toEqual(['c1', 'c5'])
        const ofAda = select('Order', ['id'], { where: compare('Order', 'customer.name', '=') })
        expect(await valuesOf(db, ofAda, ['Ada'])).toEqual([1, 2, 3])
        const chosen = {
          kind: 'inSelect',
          left: field('Customer', 'id'),
          entity: 'Order',
          field: 'customerId',
          where: compare('Order', 'number', '='),
        } as const
        expect(await ids(chosen, [2])).toEqual(['c1', 'c5'])
      })

      it('includes rows of relations, paged for each parent, and counts them', async () => {
        const newest = select('Order', ['id'], {
          sort: [desc(field('Order', 'id'))],
          limit: param(0, 'integer'),
          include: [
            { relation: 'lines', as: 'lines', want: 'rows', query: select('Line', ['amount']) },
          ],
        })
        const query = select('Customer', ['id'], {
          where: compare('Customer', 'id', '!=', 1),
          include: [
            { relation: 'orders', as: 'orders', want: 'rows', query: newest },
            { relation: 'orders', as: 'orderCount', want: 'count', query: select('Order', ['id']) },
          ],
        })
        const { rows } = await db.run(query, [2, 'c2'])
        expect(rows).toEqual([
          {
            id: 'c1',
            orders: [
              { id: 3, lines: [{ amount: null }] },
              { id: 2, lines: [] },
            ],
            orderCount: 3,
          },
          { id: 'c3', orders: [], orderCount: 0 },
          { id: 'c4', orders: [], orderCount: 0 },
          { id: 'c5', orders: [{ id: 4, lines: [] }], orderCount: 1 },
        ])
        const parent = select('Order', ['id'], {
          where: compare('Order', 'id', '='),
          include: [
            {
              relation: 'customer',
              as: 'customer',
              want: 'rows',
              query: select('Customer', ['name', 'credit', 'photo']),
            },
          ],
        })
        expect((await db.run(parent, [1])).rows).toEqual([
          {
            id: 1,
            customer: { name: 'Ada', credit: '12.30', photo: new Uint8Array([0, 255, 16]) },
          },
        ])
      })

      it('leaves masked fields out', async () => {
        const visible = compare('Customer', 'rank', '=', 0)
        const query = select('Customer', ['id', 'name', 'photo'], {
          where: compare('Customer', 'id', '<', 1),
          masks: { name: visible, photo: visible },
        })
        expect((await db.run(query, [3, 'c3'])).rows).toEqual([
          { id: 'c1', name: 'Ada', photo: new Uint8Array([0, 255, 16]) },
          { id: 'c2' },
        ])
        // On MySQL this is an expression so long that the driver could not read its name.
        const named = select('Customer', ['id', 'rank'], {
          where: compare('Customer', 'id', '<', 1),
          masks: { rank: match('contains', true), id: TRUE },
        })
        expect((await db.run(named, ['ADA', 'c3'])).rows).toEqual([
          { id: 'c1', rank: 3 },
          { id: 'c2', rank: null },
        ])
      })

      it('aggregates each type exactly', async () => {
        const query = aggregate('Customer', {
          terms: [
            { function: 'count', as: 'rows' },
            { function: 'count', field: 'rank', as: 'ranked' },
            { function: 'sum', field: 'rank', as: 'ranks' },
            { function: 'sum', field: 'points', as: 'points' },
            { function: 'sum', field: 'credit', as: 'credit' },
            { function: 'sum', field: 'score', as: 'score' },
            { function: 'avg', field: 'rank', as: 'meanRank' },
            { function: 'avg', field: 'credit', as: 'meanCredit' },
            { function: 'min', field: 'joinedAt', as: 'first' },
            { function: 'max', field: 'born', as: 'youngest' },
            { function: 'min', field: 'name', as: 'name' },
          ],
        })
        expect((await db.run(query, [])).rows).toEqual([
          {
            rows: 5,
            ranked: 3,
            ranks: 5,
            points: 18014398509481984n,
            credit: '10000000021.74',
            score: 1.25,
            meanRank: 5 / 3,
            meanCredit: '2500000005.44',
            first: new Date('1969-12-31T23:59:59.999Z'),
            youngest: '2000-02-29',
            name: customers[2]?.['name'],
          },
        ])
        const nothing = aggregate('Customer', {
          where: { kind: 'false' },
          terms: [
            { function: 'count', as: 'rows' },
            { function: 'sum', field: 'credit', as: 'credit' },
          ],
        })
        expect((await db.run(nothing, [])).rows).toEqual([{ rows: 0, credit: null }])
      })

      it('groups, also by NULL', async () => {
        const rank = field('Customer', 'rank')
        const query = aggregate('Customer', {
          groupBy: ['rank'],
          terms: [
            { function: 'count', as: 'n' },
            { function: 'sum', field: 'credit', as: 'credit' },
          ],
          sort: [asc(rank)],
        })
        expect((await db.run(query, [])).rows).toEqual([
          { rank: 1, n: 2, credit: '10000000009.49' },
          { rank: 3, n: 1, credit: '12.30' },
          { rank: null, n: 2, credit: '-0.05' },
        ])
        const n = { kind: 'field', path: [], field: 'n', type: 'integer' } as const
        const several = aggregate('Order', {
          groupBy: ['customerId'],
          terms: [{ function: 'count', as: 'n' }],
          having: { kind: 'compare', op: '>', left: n, right: param(0, 'integer') },
          sort: [desc(n), asc(field('Order', 'customerId'))],
        })
        expect((await db.run(several, [1])).rows).toEqual([{ customerId: 'c1', n: 3 }])
      })
    })

    describe('writes', () => {
      beforeEach(() => refill(db))

      it('takes no value for the words of an error', async () => {
        const names = [
          'Failed to commit: conflict',
          'Client was closed',
          'Connection terminated',
          'cached plan must not change',
          `x' for key 'PRIMARY`,
          'Duplicate key "id: 1" violates primary key constraint',
          'constraint "customers_pkey"',
          'database is locked',
          'malformed JSON',
          'read-only',
        ]
        for (const [at, name] of names.entries()) {
          await insert(db, 'Customer', [{ id: `first ${at}`, name }])
          const again = failure(insert(db, 'Customer', [{ id: `second ${at}`, name }]))
          expect([name, await again]).toEqual([name, ['CONFLICT', 'name']])
          let inside: unknown
          const poisoned = db.transaction(async (tx) => {
            inside = await failure(insert(tx, 'Customer', [{ id: `third ${at}`, name }]))
          })
          await expect(poisoned).rejects.toMatchObject({ code: 'TX_ABORTED' })
          expect([name, inside]).toEqual([name, ['CONFLICT', 'name']])
        }
      })

      it('stores a row of every type where an update matches none, or refuses to', async () => {
        const fields = Object.keys(ada)
        const otherwise = fields.map((name, at) => ({
          field: name,
          value: param(2 + at, field('Customer', name).type),
        }))
        const query = update(
          'Customer',
          [{ kind: 'set', field: 'name', value: param(1, 'string') }],
          { where: compare('Customer', 'id', '='), returning: fields, otherwise },
        )
        const rows = customers.slice(0, 3).map((row, at) => {
          const like: Row = { ...row, id: `new ${at}`, name: `new ${at}` }
          return like
        })
        const run = (id: string, name: string, row: Row) =>
          db.run(query, [id, name, ...fields.map((each) => row[each] ?? null)])
        if (db.capabilities.storesOtherwise !== true) {
          for (const row of rows)
            expect(await failure(run('new 0', 'x', row))).toBe('CAPABILITY_NOT_SUPPORTED')
          expect(await ids()).toHaveLength(5)
          return
        }
        const stored = (id: string) =>
          db.run(select('Customer', fields, { where: compare('Customer', 'id', '=') }), [id])
        for (const row of rows) {
          const id = String(row['id'])
          expect(await run(id, 'not yet', row)).toEqual({ rows: [], count: 1 })
          expect((await stored(id)).rows).toEqual([row])
          const changed = { ...row, name: `${id} changed` }
          expect(await run(id, changed.name, row)).toEqual({ rows: [changed], count: 1 })
          expect((await stored(id)).rows).toEqual([changed])
        }
        const [first] = rows
        expect(await failure(run('none', 'x', { ...first, name: 'other' }))).toEqual([
          'CONFLICT',
          'id',
        ])
        expect(await ids()).toHaveLength(8)
        // Whoever looks at other rows would have to lock this one first.
        const others = { kind: 'exists', relation: 'orders', where: TRUE } as const
        const looking = { ...query, where: { kind: 'and', terms: [query.where, others] } } as const
        const params = ['none', 'x', ...fields.map((each) => first?.[each] ?? null)]
        expect(await failure(db.run(looking, params))).toBe('CAPABILITY_NOT_SUPPORTED')
        // A fault of the row undoes nothing but itself.
        const isNested = target.nested
        await db.transaction(async (tx) => {
          await tx.run(rename, ['renamed', 'c1'])
          const inside = (on: Store) =>
            on.run(query, ['none', 'x', ...fields.map((each) => first?.[each] ?? null)])
          if (isNested) expect(await failure(tx.transaction(inside))).toEqual(['CONFLICT', 'id'])
        })
        expect(await valuesOf(db, select('Customer', ['name']))).toContain('renamed')
      })

      it('reports text that is no JSON as corrupt, where the engine lets it in', async () => {
        const write = db.schema?.apply([`UPDATE customers SET meta = '{' WHERE id = 'c1'`])
        const isStored = await write?.then(
          () => true,
          () => false,
        )
        if (isStored !== true) return
        const leaf = { kind: 'jsonPath', field: field('Customer', 'meta'), path: ['a'] } as const
        const reading = ids({ kind: 'isNull', operand: leaf })
        await expect(reading).rejects.toMatchObject({ code: 'DATA_CORRUPT' })
      })

      it('names the fields of a taken key', async () => {
        const taken = (entity: string, row: Record<string, Value>) =>
          failure(insert(db, entity, [row]))
        expect(await taken('Customer', { id: 'c1', name: 'secret' })).toEqual(['CONFLICT', 'id'])
        expect(await taken('Customer', { id: 'secret', name: 'Ada' })).toEqual(['CONFLICT', 'name'])
        const order = { id: 9, customerId: 'c1', region: 'north', number: 1 }
        expect(await taken('Order', order)).toEqual(['CONFLICT', 'region', 'number'])
        const line = { orderId: 1, position: 1, amount: null }
        expect(await taken('Line', line)).toEqual(['CONFLICT', 'orderId', 'position'])
        const rename = update(
          'Customer',
          [{ kind: 'set', field: 'name', value: param(0, 'string') }],
          { where: compare('Customer', 'id', '=', 1) },
        )
        expect(await failure(db.run(rename, ['ada', 'c1']))).toEqual(['CONFLICT', 'name'])
        expect(await ids()).toHaveLength(5)
      })

      it('stores all rows or none', async () => {
        const rows = Array.from({ length: 700 }, (_, at) => ({ id: `n${at}`, name: `name ${at}` }))
        expect(await insert(db, 'Customer', rows)).toBe(700)
        const more = rows.map(({ id }) => ({ id: `${id}x`, name: `${id} x` }))
        const last = { id: 'secret', name: 'name 3' }
        expect(await failure(insert(db, 'Customer', [...more, last]))).toEqual(['CONFLICT', 'name'])
        const twice = [
          { id: 'm1', name: 'secret 1' },
          { id: 'm1', name: 'secret 2' },
        ]
        expect(await failure(insert(db, 'Customer', twice))).toEqual(['CONFLICT', 'id'])
        expect(await ids()).toHaveLength(705)
      })

      it('refuses a reference to nothing, and to remove what is referred to', async () => {
        const invoice = { id: 1, customerId: 'secret' }
        expect(await failure(insert(db, 'Invoice', [invoice]))).toEqual(['CONFLICT', 'customerId'])
        await insert(db, 'Invoice', [{ id: 1, customerId: 'c4' }])
        const drop = remove('Customer', { where: compare('Customer', 'id', '=') })
        expect(await failure(db.run(drop, ['c4']))).toEqual(['CONFLICT', 'id'])
        expect(await ids()).toHaveLength(5)
      })

      it('refuses what breaks a constraint', async () => {
        const invoice = { id: -1, customerId: 'c1' }
        expect(await failure(insert(db, 'Invoice', [invoice]))).toEqual(['VALIDATION_ERROR', 'id'])
      })

      it('removes rows with what belongs to them', async () => {
        const drop = remove('Customer', {
          where: compare('Customer', 'id', '='),
          returning: ['id', 'credit', 'photo'],
        })
        expect(await db.run(drop, ['c1'])).toEqual({
          rows: [{ id: 'c1', credit: '12.30', photo: new Uint8Array([0, 255, 16]) }],
          count: 1,
        })
        expect(await valuesOf(db, select('Order', ['id']))).toEqual([4])
        expect(await valuesOf(db, select('Line', ['orderId']))).toEqual([])
        expect(await db.run(drop, ['c1'])).toEqual({ rows: [], count: 0 })
      })

      it('updates and answers the rows as they are', async () => {
        const set = (name: string, index: number) =>
          ({ kind: 'set', field: name, value: param(index, field('Customer', name).type) }) as const
        const change = update('Customer', [set('meta', 0), set('joinedAt', 1), set('photo', 2)], {
          where: compare('Customer', 'rank', '=', 3),
          returning: ['id', 'meta', 'joinedAt', 'photo'],
        })
        const at = new Date('2020-01-01T00:00:00.000Z')
        const result = await db.run(change, [['é', { z: 1, a: 2 }], at, null, 1])
        expect(result.count).toBe(2)
        const byId = [...result.rows].sort((a, b) => (String(a['id']) < String(b['id']) ? -1 : 1))
        expect(byId).toEqual([
          { id: 'c4', meta: ['é', { z: 1, a: 2 }], joinedAt: at, photo: null },
          { id: 'c5', meta: ['é', { z: 1, a: 2 }], joinedAt: at, photo: null },
        ])
      })

      it('counts the rows it matched, changed or not', async () => {
        const same = update('Customer', [
          { kind: 'set', field: 'rank', value: field('Customer', 'rank') },
        ])
        expect((await db.run(same, [])).count).toBe(5)
      })

      it('adds exactly, keeps NULL and refuses what does not fit', async () => {
        const add = (name: string) =>
          update(
            'Customer',
            [{ kind: 'add', field: name, value: param(0, field('Customer', name).type) }],
            {
              where: compare('Customer', 'id', '=', 1),
              returning: [name],
            },
          )
        const added = async (name: string, by: Value, id = 'c1') =>
          (await db.run(add(name), [by, id])).rows[0]?.[name]
        expect(await added('rank', -5)).toBe(-2)
        expect(await added('points', 1n)).toBe(9007199254740994n)
        expect(await added('credit', '0.01')).toBe('12.31')
        expect(await added('credit', '-12.32')).toBe('-0.01')
        expect(await added('score', 0.25)).toBe(1.75)
        expect(await added('rank', 1, 'c2')).toBe(null)
        expect(await failure(added('rank', 2147483647, 'c4'))).toContain('VALIDATION_ERROR')
        expect(await failure(added('points', 9223372036854775807n))).toContain('VALIDATION_ERROR')
        expect(await failure(added('credit', '0.01', 'c4'))).toContain('VALIDATION_ERROR')
        expect(await ids(compare('Customer', 'credit', '='), ['9999999999.99'])).toEqual(['c4'])
      })

      it('advances a time past its old value', async () => {
        const advance = update(
          'Order',
          [{ kind: 'advance', field: 'changedAt', value: param(0, 'datetime') }],
          { where: compare('Order', 'id', '<=', 1), returning: ['id', 'changedAt'] },
        )
        const { rows } = await db.run(advance, [new Date(3000), 2])
        const byId = [...rows].sort((a, b) => Number(a['id']) - Number(b['id']))
        expect(byId).toEqual([
          { id: 1, changedAt: new Date(3000) },
          { id: 2, changedAt: new Date(5001) },
        ])
      })
    })

    describe('transactions', () => {
      beforeEach(() => refill(db))
      const newcomer = (id: string) => [{ id, name: `name of ${id}` }]
      const stored = (store: Store, id: string) =>
        valuesOf(store, select('Customer', ['id'], { where: compare('Customer', 'id', '=') }), [id])

      it('commits what it did and sees its own writes', async () => {
        const inside = await db.transaction(async (tx) => {
          await insert(tx, 'Customer', newcomer('t1'))
          return stored(tx, 't1')
        })
        expect(inside).toEqual(['t1'])
        expect(await stored(db, 't1')).toEqual(['t1'])
      })

      it('rolls back when the work throws', async () => {
        const failed = db.transaction(async (tx) => {
          await insert(tx, 'Customer', newcomer('t2'))
          throw new DBALError('FORBIDDEN')
        })
        await expect(failed).rejects.toMatchObject({ code: 'FORBIDDEN' })
        expect(await stored(db, 't2')).toEqual([])
      })

      it('is poisoned by an error that was caught inside', async () => {
        const poisoned = db.transaction(async (tx) => {
          await insert(tx, 'Customer', newcomer('t3'))
          const again = [{ id: 't3', name: 'another name' }]
          expect(await failure(insert(tx, 'Customer', again))).toEqual(['CONFLICT', 'id'])
          return 'done'
        })
        expect(await failure(poisoned)).toBe('TX_ABORTED')
        expect(await stored(db, 't3')).toEqual([])
      })

      it('undoes a nested one alone, or refuses it before it runs', async () => {
        let ran = false
        const outcome = await failure(
          db.transaction(async (tx) => {
            await insert(tx, 'Customer', newcomer('t4'))
            const inner = tx.transaction(async (nested) => {
              ran = true
              await insert(nested, 'Customer', newcomer('t5'))
              await insert(nested, 'Customer', [{ id: 't4', name: 'another name' }])
            })
            const inside = await failure(inner)
            if (!target.nested) throw new DBALError(String(inside))
            expect(inside).toEqual(['CONFLICT', 'id'])
            await tx.transaction((nested) => insert(nested, 'Customer', newcomer('t6')))
          }),
        )
        expect(ran).toBe(target.nested)
        expect(outcome).toBe(target.nested ? 'no error' : 'CAPABILITY_NOT_SUPPORTED')
        const expected = target.nested ? [['t4'], [], ['t6']] : [[], [], []]
        expect(await Promise.all(['t4', 't5', 't6'].map((id) => stored(db, id)))).toEqual(expected)
      })

      it('is never joined from outside', async () => {
        let outside: Promise<unknown> = Promise.resolve()
        const failed = db.transaction(async (tx) => {
          await insert(tx, 'Customer', newcomer('t7'))
          if (target.readsBesideTransaction) expect(await stored(db, 't7')).toEqual([])
          outside = insert(db, 'Customer', newcomer('t8'))
          await stored(tx, 't7')
          throw new DBALError('FORBIDDEN')
        })
        await expect(failed).rejects.toMatchObject({ code: 'FORBIDDEN' })
        await outside
        expect(await stored(db, 't8')).toEqual(['t8'])
      })

      it('takes concurrent increments one after the other', async () => {
        const add = update(
          'Customer',
          [{ kind: 'add', field: 'rank', value: param(0, 'integer') }],
          {
            where: compare('Customer', 'id', '=', 1),
          },
        )
        await Promise.all(Array.from({ length: 20 }, () => db.run(add, [1, 'c1'])))
        const rank = select('Customer', ['rank'], { where: compare('Customer', 'id', '=') })
        expect(await valuesOf(db, rank, ['c1'])).toEqual([23])
      })

      it('answers CANCELLED to a call that was given up while it waited, whatever the reason', async () => {
        await db.transaction(async (tx) => {
          await insert(tx, 'Customer', newcomer('t9'))
          const controller = new AbortController()
          // Of one connection, or of the one that writes.
          const other = db.transaction((late) => stored(late, 't9'), { signal: controller.signal })
          const outside = db.run(rename, ['late', 't9'], { signal: controller.signal })
          const calls = [other, outside].map((call) => failure(call))
          controller.abort(new Error('no longer needed'))
          for (const outcome of await Promise.all(calls)) expect(outcome).toBe('CANCELLED')
        })
      })

      it('starts nothing for a signal that is aborted', async () => {
        const reason = new DBALError('TIMEOUT')
        const signal = AbortSignal.abort(reason)
        await expect(db.run(select('Customer', ['id']), [], { signal })).rejects.toBe(reason)
        await expect(db.transaction(async () => 1, { signal })).rejects.toBe(reason)
      })

      it('knows each isolation level it declares', async () => {
        for (const level of db.capabilities.isolation) {
          const isolation = level as 'serializable'
          const done = db.transaction((tx) => stored(tx, 'c1'), { isolation })
          expect(await done).toEqual(['c1'])
        }
      })
    })

    it('is made for the model it was opened with', () => {
      expect(shop.entities.size).toBe(4)
    })
  })
}
