// What only a server can do: statements that wait for each other, are cancelled, or lose their connection.
import { DBALError, type Adapter, type Store } from '@proj/dbal-contract'
import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openPrisma, type PrismaUrlOptions } from '../src/index.ts'
import { openUrl } from '../src/open-url.ts'
import { describeBatches } from './batch-program.ts'
import { compare, insert, param, remove, select, update, valuesOf } from './queries.ts'
import { createTestServer, type TestServer } from './server.ts'
import { describeShop } from './shop-program.ts'
import { customers, shop } from './shop.ts'

export interface ServerTarget {
  readonly name: string
  readonly dialect: 'postgresql' | 'mysql'
  readonly url: string
  /** As an application makes one. */
  adapter(url: string): SqlDriverAdapterFactory
  readonly connectionId: string
  kill(connectionId: number): string
  /** Parameters of a url that give up early. */
  readonly impatient: string
}

const rename = update('Customer', [{ kind: 'set', field: 'name', value: param(0, 'string') }], {
  where: compare('Customer', 'id', '=', 1),
})
// Of a field without an index: entries of a unique one stay locked until the server has purged them.
const setRank = update('Customer', [{ kind: 'set', field: 'rank', value: param(0, 'integer') }], {
  where: compare('Customer', 'id', '=', 1),
})
const addRank = update('Customer', [{ kind: 'add', field: 'rank', value: param(0, 'integer') }], {
  where: compare('Customer', 'id', '=', 1),
})

function nameOf(store: Store, id: string): Promise<unknown[]> {
  const query = select('Customer', ['name'], { where: compare('Customer', 'id', '=') })
  return valuesOf(store, query, [id])
}

function rankOf(store: Store, id: string): Promise<unknown[]> {
  const query = select('Customer', ['rank'], { where: compare('Customer', 'id', '=') })
  return valuesOf(store, query, [id])
}

/** A promise that another part of a test resolves. */
function signalling(): { readonly reached: Promise<void>; reach(): void } {
  let reach = (): void => undefined
  const reached = new Promise<void>((resolve) => (reach = resolve))
  return { reached, reach: () => reach() }
}

export function describeServer(target: ServerTarget): void {
  describe(`${target.name}, a server`, () => {
    let server: TestServer
    beforeAll(async () => {
      server = await createTestServer(target.url, target.dialect)
    })
    afterAll(() => server.close())

    // Below Prisma's adapter, and through it.
    describeShop({
      name: 'by its url',
      open: () => server.open(),
      nested: true,
      readsBesideTransaction: true,
    })
    describeShop({
      name: 'by an adapter of the application',
      open: () => openPrisma({ model: shop, adapter: target.adapter(server.url), poolSize: 4 }),
      nested: true,
      readsBesideTransaction: true,
    })

    describeBatches({
      name: target.name,
      open: () => openUrl({ model: shop, url: server.url, poolSize: 4 }),
      runs: 20,
    })

    describe('connections', () => {
      const opened: Adapter[] = []
      const open = async (more: Partial<PrismaUrlOptions> = {}): Promise<Adapter> => {
        const adapter = await server.open(more)
        opened.push(adapter)
        return adapter
      }
      afterAll(async () => {
        await Promise.all(opened.map((adapter) => adapter.close()))
      })
      let db: Adapter
      beforeAll(async () => {
        db = await open()
      })
      beforeEach(async () => {
        await db.run(remove('Customer'), [])
        await insert(db, 'Customer', customers)
      })

      const idOf = async (adapter: Adapter): Promise<number> => {
        const rows = await adapter.schema?.query(`${target.connectionId} AS id`)
        return Number(rows?.[0]?.['id'])
      }

      it('lets a call wait for a free one, and go with its deadline', async () => {
        const narrow = await open({ poolSize: 2 })
        const reason = new DBALError('TIMEOUT')
        const { reached, reach } = signalling()
        const hold = () => narrow.transaction(async (tx) => (await nameOf(tx, 'c1'), reached))
        const held = [hold(), hold()]
        const controller = new AbortController()
        const late = narrow.run(select('Customer', ['id']), [], { signal: controller.signal })
        const patient = nameOf(narrow, 'c1')
        controller.abort(reason)
        await expect(late).rejects.toBe(reason)
        reach()
        expect(await patient).toEqual(['Ada'])
        await Promise.all(held)
      })

      it('cancels a statement that waits for a lock, and stores nothing of it', async () => {
        const reason = new DBALError('TIMEOUT')
        await db.transaction(async (tx) => {
          await tx.run(setRank, [11, 'c1'])
          const controller = new AbortController()
          const waiting = db.run(setRank, [12, 'c1'], { signal: controller.signal })
          setTimeout(() => controller.abort(reason), 30)
          await expect(waiting).rejects.toBe(reason)
        })
        expect(await rankOf(db, 'c1')).toEqual([11])
      })

      it('cancels a statement inside a transaction, which then stores nothing', async () => {
        const reason = new DBALError('CANCELLED')
        const before = await rankOf(db, 'c2')
        await db.transaction(async (tx) => {
          await tx.run(setRank, [11, 'c1'])
          const cancelled = db.transaction(async (other) => {
            await other.run(setRank, [13, 'c2'])
            const controller = new AbortController()
            setTimeout(() => controller.abort(reason), 30)
            await other.run(setRank, [12, 'c1'], { signal: controller.signal })
          })
          await expect(cancelled).rejects.toBe(reason)
        })
        expect(await rankOf(db, 'c2')).toEqual(before)
        expect(await rankOf(db, 'c1')).toEqual([11])
      })

      it('cancels what a transaction runs when its own deadline comes', async () => {
        const reason = new DBALError('TIMEOUT')
        const before = await rankOf(db, 'c2')
        await db.transaction(async (tx) => {
          await tx.run(setRank, [11, 'c1'])
          const controller = new AbortController()
          const late = db.transaction(
            async (other) => {
              await other.run(setRank, [13, 'c2'])
              setTimeout(() => controller.abort(reason), 30)
              // Waits for the lock of the transaction around it, which waits for this one.
              await other.run(setRank, [12, 'c1'])
            },
            { signal: controller.signal },
          )
          await expect(late).rejects.toBe(reason)
        })
        expect(await rankOf(db, 'c2')).toEqual(before)
        expect(await rankOf(db, 'c1')).toEqual([11])
      })

      it('answers SERIALIZATION_CONFLICT to one of two that wait for each other, and stores nothing of it', async () => {
        const [one, two] = [signalling(), signalling()]
        const cross = (
          mine: string,
          other: string,
          own: ReturnType<typeof signalling>,
          its: Promise<void>,
        ) =>
          db.transaction(async (tx) => {
            await tx.run(setRank, [1, mine])
            own.reach()
            await its
            await tx.run(setRank, [2, other]).catch((error: unknown) => {
              expect(error).toMatchObject({ code: 'SERIALIZATION_CONFLICT', retryable: true })
            })
            // Were the transaction gone and the connection on its own again, this would be stored.
            await tx.run(setRank, [mine === 'c1' ? 101 : 102, 'c5']).catch(() => undefined)
          })
        const results = await Promise.allSettled([
          cross('c1', 'c2', one, two.reached),
          cross('c2', 'c1', two, one.reached),
        ])
        const winner = results[0]?.status === 'fulfilled' ? 101 : 102
        const failed = results.find((result) => result.status === 'rejected')
        expect(failed).toMatchObject({ reason: { code: 'TX_ABORTED' } })
        expect(await rankOf(db, 'c5')).toEqual([winner])
      })

      it('keeps what serializable transactions read', async () => {
        const isolation = 'serializable'
        const [one, two] = [signalling(), signalling()]
        const read = select('Customer', ['rank'], { where: compare('Customer', 'id', '=') })
        const raise = (own: ReturnType<typeof signalling>, other: Promise<void>) =>
          db.transaction(
            async (tx) => {
              await valuesOf(tx, read, ['c1'])
              own.reach()
              await other
              await tx.run(addRank, [1, 'c1'])
            },
            { isolation },
          )
        const [first, second] = [raise(one, two.reached), raise(two, one.reached)]
        const results = await Promise.allSettled([first, second])
        const codes = results.map((result) =>
          result.status === 'rejected' ? (result.reason as DBALError).code : 'stored',
        )
        expect(codes.sort()).toEqual(['SERIALIZATION_CONFLICT', 'stored'])
        expect(await valuesOf(db, read, ['c1'])).toEqual([4])
      })

      it('answers TX_LOST when the connection is killed in a transaction, and goes on with another', async () => {
        const single = await open({ poolSize: 1 })
        const id = await idOf(single)
        const lost = single.transaction(async (tx) => {
          await tx.run(rename, ['lost', 'c1'])
          await server.admin(target.kill(id))
          await tx.run(rename, ['lost too', 'c2']).catch((error: unknown) => {
            expect(error).toMatchObject({ code: 'TX_LOST' })
          })
        })
        await expect(lost).rejects.toMatchObject({ code: 'TX_LOST' })
        expect(await nameOf(single, 'c1')).toEqual(['Ada'])
        expect(await idOf(single)).not.toBe(id)
      })

      it('does not notice that an idle connection was closed', async () => {
        const single = await open({ poolSize: 1 })
        await server.admin(target.kill(await idOf(single)))
        expect(await nameOf(single, 'c1')).toEqual(['Ada'])
        await server.admin(target.kill(await idOf(single)))
        await single.transaction((tx) => tx.run(rename, ['renamed', 'c1']))
        expect(await nameOf(single, 'c1')).toEqual(['renamed'])
      })

      it('never reports the commit of a failed transaction as done', async () => {
        const { driver } = await openUrl({ model: shop, url: server.url })
        const transaction = await driver.begin({})
        await transaction.run({ text: "UPDATE customers SET name = 'x' WHERE id = 'c1'" }, [])
        const broken = transaction.all({ text: 'SELECT no_such_column FROM customers' }, [])
        await expect(broken).rejects.toMatchObject({ code: 'DATABASE_ERROR' })
        if (target.dialect === 'postgresql') {
          await expect(transaction.commit()).rejects.toMatchObject({ code: 'TX_ABORTED' })
        } else await transaction.rollback()
        expect(await nameOf(db, 'c1')).toEqual(['Ada'])
        await driver.close()
      })

      it('closes after those that still run', async () => {
        const adapter = await open()
        const { reached, reach } = signalling()
        const started = signalling()
        const running = adapter.transaction(async (tx) => {
          started.reach()
          await tx.run(rename, ['while closing', 'c1'])
          await reached
        })
        await started.reached
        const closing = adapter.close()
        await expect(nameOf(adapter, 'c1')).rejects.toMatchObject({ code: 'UNAVAILABLE' })
        reach()
        await Promise.all([running, closing])
        expect(await nameOf(db, 'c1')).toEqual(['while closing'])
      })
    })

    it('says why it cannot connect, and tells neither host nor login', async () => {
      const address = new URL(server.url)
      const url = (login: string, host: string, database: string) =>
        `${address.protocol}//${login}@${host}/${database}?${target.impatient}`
      const cases = [
        [url('nobody:sesame', address.host, 'x'), /refused the login/],
        [url(address.username, address.host, 'no_such_database'), /does not exist/],
        [url(address.username, '127.0.0.1:9', 'x'), /cannot be reached/],
        [url(address.username, 'no-such-host.invalid', 'x'), /cannot be reached/],
      ] as const
      for (const [bad, reason] of cases) {
        const opening = openPrisma({ model: shop, url: bad })
        const error = await opening.catch((thrown: unknown) => thrown)
        expect(error).toMatchObject({ code: 'DATABASE_ERROR', details: { reason } })
        expect(JSON.stringify(error)).not.toMatch(/sesame|nobody|127\.0\.0\.1|invalid/)
      }
    })
  })
}
