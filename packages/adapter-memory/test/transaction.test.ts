import { DBALError, type Adapter, type Store } from '@proj/dbal-contract'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { failure, insert, openShop, read, remove, TRUE, update, where } from './shop.ts'

let store: Adapter

beforeEach(() => {
  store = openShop()
})

const add = (to: Store, id: number) => insert(to, 'Customer', { id, name: `c${id}` })
const ids = async (of: Store = store) =>
  (await read(of, 'Customer', ['id'])).map((row) => (row as { id: number }).id)
const caught = (work: Promise<unknown>) => work.catch(() => undefined)

describe('transaction', () => {
  it('keeps its changes, sees them itself and answers what the work answers', async () => {
    const answer = await store.transaction(async (tx) => {
      await add(tx, 1)
      return ids(tx)
    })
    expect(answer).toEqual([1])
    expect(await ids()).toEqual([1])
  })

  it('takes everything back when the work fails, with that error', async () => {
    await add(store, 1)
    const error = new Error('no')
    const work = store.transaction(async (tx) => {
      await add(tx, 2)
      await remove(tx, 'Customer', where('Customer', 'id', 1))
      throw error
    })
    await expect(work).rejects.toBe(error)
    expect(await ids()).toEqual([1])
  })

  it('is poisoned by an error inside, also one that is caught', async () => {
    const steps: string[] = []
    const work = store.transaction(async (tx) => {
      await add(tx, 1)
      steps.push(await failure(add(tx, 1)))
      steps.push(await failure(add(tx, 2)))
      steps.push(await failure(tx.transaction((inner) => add(inner, 2))))
    })
    expect(await failure(work)).toBe('TX_ABORTED')
    expect(steps).toEqual(['CONFLICT unique id', 'TX_ABORTED', 'TX_ABORTED'])
    expect(await ids()).toEqual([])
  })

  it('survives an error inside a nested one', async () => {
    await store.transaction(async (tx) => {
      await add(tx, 1)
      const nested = tx.transaction(async (inner) => {
        await add(inner, 2)
        await add(inner, 1)
      })
      expect(await failure(nested)).toBe('CONFLICT unique id')
      const poisoned = tx.transaction(async (inner) => {
        await add(inner, 3)
        await caught(add(inner, 1))
      })
      expect(await failure(poisoned)).toBe('TX_ABORTED')
      await tx.transaction((inner) => inner.transaction((innermost) => add(innermost, 4)))
      expect(await ids(tx)).toEqual([1, 4])
    })
    expect(await ids()).toEqual([1, 4])
  })

  it('is poisoned by an error that nobody awaited', async () => {
    const work = store.transaction(async (tx) => {
      await add(tx, 1)
      void tx.transaction(async (inner) => {
        await Promise.resolve()
        await add(inner, 2)
      })
      void caught(add(tx, 1))
    })
    expect(await failure(work)).toBe('TX_ABORTED')
    expect(await ids()).toEqual([])
  })

  it('takes a finished nested one back with itself', async () => {
    const work = store.transaction(async (tx) => {
      await tx.transaction((inner) => add(inner, 1))
      throw new Error('no')
    })
    await caught(work)
    expect(await ids()).toEqual([])
  })

  it('is never joined by a call from outside, which waits', async () => {
    const log: string[] = []
    let outside: Promise<unknown> = Promise.resolve()
    await caught(
      store.transaction(async (tx) => {
        outside = add(store, 1).then(() => log.push('outside'))
        await add(tx, 2)
        log.push('inside')
        throw new Error('no')
      }),
    )
    await outside
    expect(log).toEqual(['inside', 'outside'])
    expect(await ids()).toEqual([1])
  })

  it('lets a waiting call go when its signal is aborted', async () => {
    const controller = new AbortController()
    const reason = new DBALError('TIMEOUT')
    await store.transaction(async () => {
      const query = {
        kind: 'select',
        entity: 'Customer',
        fields: [],
        where: TRUE,
        sort: [],
      } as const
      const waiting = store.run(query, [], { signal: controller.signal })
      controller.abort(reason)
      await expect(waiting).rejects.toBe(reason)
    })
  })

  it('ends with the reason of its own signal, whatever the work still does', async () => {
    const controller = new AbortController()
    const reason = new DBALError('TIMEOUT')
    const late: Promise<string>[] = []
    const never = new Promise<void>(() => undefined)
    const work = store.transaction(
      async (tx) => {
        await add(tx, 1)
        await tx.transaction(async (inner) => {
          await add(inner, 2)
          controller.abort(reason)
          late.push(failure(add(inner, 3)), failure(add(tx, 3)))
          await never
        })
      },
      { signal: controller.signal },
    )
    await expect(work).rejects.toBe(reason)
    await add(store, 9)
    expect(await late[0]).toBe('TIMEOUT')
    expect(await ids()).toEqual([9])
  })

  it('cannot be used when it is over', async () => {
    let kept: Store = store
    await store.transaction(async (tx) => {
      kept = tx
    })
    expect(await failure(add(kept, 1))).toBe('TX_LOST')
    expect(await failure(kept.transaction((tx) => add(tx, 1)))).toBe('TX_LOST')
    expect(await ids()).toEqual([])
  })

  it('waits for a nested one that nobody awaited', async () => {
    await store.transaction(async (tx) => {
      void tx.transaction(async (inner) => {
        await Promise.resolve()
        await add(inner, 1)
      })
    })
    expect(await ids()).toEqual([1])
  })

  it('leaves the store as it was, whatever was done in it', async () => {
    const step = fc.record({
      kind: fc.constantFrom('insert' as const, 'update' as const, 'delete' as const),
      id: fc.integer({ min: 0, max: 4 }),
      parentId: fc.option(fc.integer({ min: 0, max: 4 })),
    })
    const run = async (
      on: Store,
      { kind, id, parentId }: { kind: string; id: number; parentId: number | null },
    ) => {
      if (kind === 'delete') return remove(on, 'Customer', where('Customer', 'id', id))
      if (kind === 'update')
        return update(on, 'Customer', where('Customer', 'id', id), { parentId })
      return insert(on, 'Customer', { id, name: 'x', email: `${id % 3}@x.io`, parentId })
    }
    const dump = (on: Store) => read(on, 'Customer', ['id', 'email', 'parentId'])
    await fc.assert(
      fc.asyncProperty(fc.array(step), fc.array(step), async (before, inside) => {
        const fresh = openShop()
        for (const each of before) await caught(run(fresh, each))
        const state = await dump(fresh)
        await caught(
          fresh.transaction(async (tx) => {
            for (const each of inside) await caught(tx.transaction((inner) => run(inner, each)))
            throw new Error('no')
          }),
        )
        expect(await dump(fresh)).toEqual(state)
        // Unique keys are back in place too.
        for (const row of state as { id: number }[])
          expect(await failure(insert(fresh, 'Customer', { id: row.id, name: 'x' }))).toBe(
            'CONFLICT unique id',
          )
      }),
      { numRuns: 50 },
    )
  })
})

describe('close', () => {
  it('waits for an open transaction and refuses what comes after', async () => {
    const log: string[] = []
    const open = store.transaction(async (tx) => {
      await add(tx, 1)
      log.push('transaction')
    })
    await store.close().then(() => log.push('closed'))
    await open
    expect(log).toEqual(['transaction', 'closed'])
    expect(await failure(add(store, 2))).toBe('UNAVAILABLE')
  })
})

describe('capabilities', () => {
  it('names what it can do, and no more', () => {
    const { features, singleConnection } = store.capabilities
    expect([...features].sort()).toEqual([
      'aggregations',
      'joins',
      'json_queries',
      'nested_transactions',
      'relations',
      'transactions',
      'ttl',
    ])
    expect(singleConnection).toBe(true)
  })
})
