// Reads by a key that are made at once, on a real driver that is watched: how many statements they are, and that each
// answers what it answers alone.
import {
  DBALError,
  type Adapter,
  type Params,
  type SelectQuery,
  type StopSignal,
} from '@proj/dbal-contract'
import { createSqlAdapter, type SqlDriver } from '@proj/dbal-sql'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Opened } from '../src/opened.ts'
import { compare, field, insert, literal, param, remove, select, update } from './queries.ts'
import { ada, customers, lines, orders, shop } from './shop.ts'

export interface BatchTarget {
  readonly name: string
  /** A database with the tables of the shop and no rows; the driver says that its statements travel. */
  open(): Promise<Opened>
  /** Random sets of calls that are played. */
  readonly runs: number
}

interface Sent {
  readonly text: string
  readonly signal: StopSignal | undefined
}

interface Watched {
  readonly driver: SqlDriver
  /** The reads since they were last forgotten. */
  readonly sent: Sent[]
  /** Reads that are sent from here on wait for the answer to be called. */
  hold(): () => void
  /** The next read is lost on its way. */
  loseNext(): void
}

function watch(driver: SqlDriver): Watched {
  const sent: Sent[] = []
  let gate: Promise<void> | undefined
  let isLost = false
  const all: SqlDriver['all'] = async (statement, binds, signal) => {
    sent.push({ text: statement.text, signal })
    await gate
    if (isLost) {
      isLost = false
      throw new DBALError('DATABASE_ERROR')
    }
    return driver.all(statement, binds, signal)
  }
  return {
    driver: { ...driver, all },
    sent,
    hold() {
      let open = (): void => undefined
      gate = new Promise((resolve) => (open = resolve))
      return open
    },
    loseNext() {
      isLost = true
    },
  }
}

const both = (...terms: SelectQuery['where'][]): SelectQuery['where'] => ({ kind: 'and', terms })
const ALL = Object.keys(ada)
const byId = select('Customer', ALL, { where: compare('Customer', 'id', '='), sort: [] })
const idOnly = { ...byId, fields: ['id'] }
const byName = select('Customer', ['id'], { where: compare('Customer', 'name', '='), sort: [] })
const orderOf = select('Order', ['id', 'number'], {
  where: both(compare('Order', 'id', '='), compare('Order', 'customerId', '=', 1)),
})
const byRegion = select('Order', ['id'], {
  where: both(compare('Order', 'region', '='), compare('Order', 'number', '=', 1)),
})
const line = select('Line', ['amount'], {
  where: both(compare('Line', 'orderId', '='), compare('Line', 'position', '=', 1)),
})
const masked = select('Customer', ['id', 'rank'], {
  where: both(compare('Customer', 'id', '='), {
    kind: 'in',
    left: field('Customer', 'id'),
    list: param(2, 'string', true),
  }),
  masks: { rank: compare('Customer', 'name', '=', 1) },
})
const withoutKey = select('Customer', [], {
  where: both(compare('Customer', 'id', '='), {
    kind: 'isNull',
    operand: field('Customer', 'rank'),
  }),
})
const twice = select('Customer', ['id', 'name'], {
  where: compare('Customer', 'id', '='),
  masks: { name: compare('Customer', 'id', '=') },
})
const pinned = select('Customer', ['rank'], {
  where: {
    kind: 'compare',
    op: '=',
    left: field('Customer', 'id'),
    right: literal('c1'),
  },
})

const ids = fc.constantFrom<Params[number]>('c1', 'c2', 'c4', 'c5', 'C1', 'c1 ', '', 'c9', null)
const names = fc.constantFrom<Params[number]>('Ada', 'ada', 'ADA', 'ZOË 😀', 'zeta', 'zeta ')
const numbers = fc.constantFrom<Params[number]>(1, 2, 3, -1, 2 ** 40, null, undefined)
const regions = fc.constantFrom<Params[number]>('north', 'south', 'North')
const call = <P extends Params[number][]>(
  query: SelectQuery,
  ...params: { [K in keyof P]: fc.Arbitrary<P[K]> }
) => fc.record({ query: fc.constant(query), params: fc.tuple(...params) })
const calls = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: call(byId, ids) },
    call(byName, names),
    call(orderOf, numbers, ids),
    call(byRegion, regions, numbers),
    call(line, numbers, numbers),
    call(masked, ids, names, fc.subarray<string>(['c1', 'c2', 'c5'])),
    call(withoutKey, ids),
    call(twice, ids),
    call(pinned),
  ),
  { maxLength: 40 },
)

export function describeBatches({ name, open, runs }: BatchTarget): void {
  describe(`reads made at once on ${name}`, () => {
    let db: Adapter
    let watched: Watched
    beforeAll(async () => {
      const { driver, dialect, capabilities } = await open()
      watched = watch(driver)
      const options = { name: 'watched', model: shop, dialect, capabilities }
      db = createSqlAdapter({ ...options, driver: watched.driver })
    })
    afterAll(() => db.close())
    beforeEach(async () => {
      await db.transaction(async (tx) => {
        for (const entity of ['Line', 'Order', 'Customer']) await tx.run(remove(entity), [])
        await insert(tx, 'Customer', customers)
        await insert(tx, 'Order', orders)
        await insert(tx, 'Line', lines)
      })
      // The first call looks whether the database is at the model.
      await db.run(select('Line', ['position']), [])
      watched.sent.length = 0
    })

    const rowsOf = async (query: SelectQuery, params: Params, signal?: AbortSignal) =>
      (await db.run(query, params, { signal })).rows
    const settle = (query: SelectQuery, list: readonly Params[]) =>
      Promise.allSettled(list.map((params) => rowsOf(query, params)))
    const valuesOf = async (query: SelectQuery, list: readonly Params[]) =>
      (await Promise.all(list.map((params) => rowsOf(query, params)))).map((rows) =>
        rows.map((row) => Object.values(row)),
      )

    it('are one statement, which gives each its row or none', async () => {
      const params = ['c5', 'c1', 'nobody', 'c2', 'c1', 'C1', 'c1 '].map((id) => [id])
      const together = await Promise.all(params.map((one) => rowsOf(byId, one)))
      expect(watched.sent).toHaveLength(1)
      const alone = []
      for (const one of params) alone.push(await rowsOf(byId, one))
      expect(watched.sent).toHaveLength(8)
      expect(together).toEqual(alone)
      expect(together[1]).toEqual([ada])
      expect(together[2]).toEqual([])
    })

    it('share nothing, not even the values of one row', async () => {
      const [[one], [other]] = await Promise.all([rowsOf(byId, ['c1']), rowsOf(byId, ['c1'])])
      expect(watched.sent).toHaveLength(1)
      const { joinedAt, photo, meta } = one as { joinedAt: Date; photo: Uint8Array; meta: object }
      joinedAt.setTime(0)
      photo.fill(7)
      Object.assign(meta, { a: 'changed' })
      expect(other).toEqual(ada)
    })

    it('are one statement for each caller whose rules have other values', async () => {
      const ask = [1, 2, 3, 4].flatMap((id) => [
        [id, 'c1'],
        [id, 'c5'],
      ])
      expect(await valuesOf(orderOf, ask)).toEqual([
        [[1, 1]],
        [],
        [[2, 2]],
        [],
        [[3, 1]],
        [],
        [],
        [[4, 2]],
      ])
      expect(watched.sent).toHaveLength(2)
      const seen = ['c1', 'c2', 'c5'].flatMap((id) => [
        [id, 'Ada', ['c1', 'c2']],
        [id, 'ada', ['c1', 'c5']],
      ])
      watched.sent.length = 0
      expect(await Promise.all(seen.map((params) => rowsOf(masked, params)))).toEqual([
        [{ id: 'c1', rank: 3 }],
        [{ id: 'c1' }],
        [{ id: 'c2' }],
        [],
        [],
        [{ id: 'c5' }],
      ])
      expect(watched.sent).toHaveLength(2)
    })

    it('go together by a part of a composite key where the other parts are equal', async () => {
      const list = [
        [1, 2],
        [1, 1],
        [1, 3],
      ]
      expect(await valuesOf(line, list)).toEqual([[['0.200000']], [['0.100000']], []])
      expect(watched.sent).toHaveLength(1)
      watched.sent.length = 0
      expect(
        await valuesOf(byRegion, [
          ['south', 1],
          ['north', 1],
          ['north', 2],
        ]),
      ).toEqual([[[3]], [[1]], [[2]]])
      expect(watched.sent).toHaveLength(2)
    })

    it('are as many statements as it takes where there are very many', async () => {
      const list = Array.from({ length: 600 }, (_, n) => [`c${n}`])
      const found = (await valuesOf(byId, list)).flat()
      expect(found).toHaveLength(5)
      expect(watched.sent).toHaveLength(3)
    })

    it('are left alone in a transaction, one after the other, and where they differ in form', async () => {
      await db.transaction((tx) => Promise.all([tx.run(byId, ['c1']), tx.run(byId, ['c2'])]))
      expect(watched.sent).toHaveLength(0)
      await rowsOf(byId, ['c1'])
      await rowsOf(byId, ['c2'])
      await Promise.all([rowsOf(byId, ['c1']), rowsOf(byName, ['Ada'])])
      const paged = { ...byId, limit: param(1, 'integer') }
      await Promise.all([rowsOf(paged, ['c1', 1]), rowsOf(paged, ['c2', 1])])
      expect(watched.sent).toHaveLength(6)
    })

    it('fail each for itself', async () => {
      const set = update('Customer', [{ kind: 'set', field: 'token', value: param(0, 'string') }], {
        where: compare('Customer', 'id', '=', 1),
      })
      await db.run(set, ['no uuid', 'c2'])
      const results = await settle(byId, [['c1'], ['c2'], ['c5']])
      expect(results).toMatchObject([
        { value: [ada] },
        { reason: { code: 'DATA_CORRUPT', details: { fields: [{ field: 'token' }] } } },
        { value: [{ id: 'c5' }] },
      ])
      // A value that PostgreSQL takes for no text fails the whole statement there.
      const odd = [['c1'], ['c\0'], ['c5']]
      const together = await settle(byName, odd)
      for (const [at, params] of odd.entries()) {
        const [alone] = await settle(byName, [params])
        expect(together[at]?.status).toBe(alone?.status)
      }
    })

    it('run alone where the statement of all fails', async () => {
      watched.loseNext()
      const ids = ['c5', 'nobody', 'c1', 'c1'].map((id) => [id])
      expect(await valuesOf(idOnly, ids)).toEqual([[['c5']], [], [['c1']], [['c1']]])
      expect(watched.sent).toHaveLength(5)
    })

    it('let one go at once, and the statement only when all have gone', async () => {
      const [one, two] = [new AbortController(), new AbortController()]
      const release = watched.hold()
      const first = rowsOf(byId, ['c1'], one.signal)
      const second = rowsOf(byId, ['c5'], two.signal)
      const third = rowsOf(byId, ['c2'])
      await new Promise(setImmediate)
      const reason = new DBALError('TIMEOUT')
      one.abort(reason)
      await expect(first).rejects.toBe(reason)
      two.abort()
      await expect(second).rejects.toMatchObject({ code: 'CANCELLED' })
      expect(watched.sent.map(({ signal }) => signal?.aborted)).toEqual([false])
      release()
      expect(await third).toMatchObject([{ id: 'c2' }])
      expect(watched.sent).toHaveLength(1)
    })

    it('stop the statement when all have gone', async () => {
      const [one, two] = [new AbortController(), new AbortController()]
      const release = watched.hold()
      const gone = Promise.allSettled([
        rowsOf(byId, ['c1'], one.signal),
        rowsOf(byId, ['c5'], two.signal),
      ])
      const early = new AbortController()
      const never = rowsOf(byId, ['c2'], early.signal)
      early.abort()
      await expect(never).rejects.toMatchObject({ code: 'CANCELLED' })
      await new Promise(setImmediate)
      one.abort()
      expect(watched.sent.map(({ signal }) => signal?.aborted)).toEqual([false])
      two.abort()
      expect(watched.sent.map(({ signal }) => signal?.aborted)).toEqual([true])
      expect(await gone).toMatchObject([
        { reason: { code: 'CANCELLED' } },
        { reason: { code: 'CANCELLED' } },
      ])
      release()
      expect(await rowsOf(byId, ['c1'])).toEqual([ada])
      expect(watched.sent).toHaveLength(2)
    })

    it('answer what each answers alone, whatever they are', async () => {
      const plain = (result: PromiseSettledResult<unknown>) =>
        result.status === 'fulfilled' ? result.value : (result.reason as DBALError).code
      const property = fc.asyncProperty(calls, async (made) => {
        const results = made.map(({ query, params }) => rowsOf(query, params))
        const together = (await Promise.allSettled(results)).map(plain)
        const alone = []
        for (const { query, params } of made)
          alone.push(...(await settle(query, [params])).map(plain))
        expect(together).toEqual(alone)
      })
      await fc.assert(property, { numRuns: runs })
    }, 60_000)

    it('answer what was asked before the adapter closes', async () => {
      const { driver, dialect, capabilities } = await open()
      const other = createSqlAdapter({
        name: 'closing',
        model: shop,
        dialect,
        capabilities,
        driver,
      })
      await other.run(remove('Customer'), [])
      const reads = [other.run(byId, ['c1']), other.run(byId, ['c2'])]
      const closing = other.close()
      expect(await Promise.all(reads)).toHaveLength(2)
      await closing
      await expect(other.run(byId, ['c1'])).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    })
  })
}
