import { expect, test } from 'vitest'
import { DBALError, type Store } from '@proj/dbal-contract'
import { onEachLibrary } from './libraries.ts'
import { TRUE, ids, insert, update } from './library.ts'

const add = (store: Store, id: number) => insert(store, 'Book', { id, title: `t${id}` })

onEachLibrary((open) => {
  test('work is kept when it resolves and undone when it throws', async () => {
    const store = await open()
    expect(await store.transaction(async (tx) => (await add(tx, 1)).count)).toBe(1)
    const stop = new Error('stop')
    const work = store.transaction(async (tx) => {
      await add(tx, 2)
      throw stop
    })
    await expect(work).rejects.toBe(stop)
    expect(await ids(store, TRUE)).toEqual([1])
    await store.close()
  })

  test('an error that was caught inside poisons it', async () => {
    const store = await open()
    await add(store, 1)
    const work = store.transaction(async (tx) => {
      await add(tx, 2)
      await add(tx, 1).catch(() => undefined)
      await expect(ids(tx, TRUE)).rejects.toMatchObject({ code: 'TX_ABORTED' })
    })
    await expect(work).rejects.toMatchObject({ code: 'TX_ABORTED' })
    expect(await ids(store, TRUE)).toEqual([1])
    await store.close()
  })

  test('a nested one is undone alone, and its error may be caught', async () => {
    const store = await open()
    await add(store, 1)
    await store.transaction(async (tx) => {
      await add(tx, 2)
      const inner = tx.transaction(async (nested) => {
        await add(nested, 3)
        await nested.transaction((deeper) => add(deeper, 4))
        await add(nested, 1)
      })
      await expect(inner).rejects.toMatchObject({ code: 'CONFLICT' })
      const quiet = tx.transaction(async (nested) => {
        await add(nested, 5)
        await add(nested, 1).catch(() => undefined)
      })
      await expect(quiet).rejects.toMatchObject({ code: 'TX_ABORTED' })
      await tx.transaction((nested) => add(nested, 6))
    })
    expect(await ids(store, TRUE)).toEqual([1, 2, 6])
    await store.close()
  })

  test('a call from outside waits and never joins', async () => {
    const store = await open()
    let outside: Promise<unknown> | undefined
    const work = store.transaction(async (tx) => {
      await add(tx, 1)
      outside = add(store, 2)
      await ids(tx, TRUE)
      throw new Error('stop')
    })
    await expect(work).rejects.toThrow('stop')
    await outside
    expect(await ids(store, TRUE)).toEqual([2])
    await store.close()
  })

  test('a call on the level above waits for the nested one', async () => {
    const store = await open()
    await store.transaction(async (tx) => {
      let above: Promise<unknown> | undefined
      const inner = tx.transaction(async (nested) => {
        await add(nested, 1)
        above = add(tx, 2)
        throw new Error('stop')
      })
      await expect(inner).rejects.toThrow('stop')
      await above
    })
    expect(await ids(store, TRUE)).toEqual([2])
    await store.close()
  })

  test('whoever waits gives up with the reason of the signal', async () => {
    const store = await open()
    const timeout = new DBALError('TIMEOUT')
    await store.transaction(async (tx) => {
      const controller = new AbortController()
      const options = { signal: controller.signal }
      const waiting = [
        store.run({ kind: 'insert', entity: 'Book', fields: ['id', 'title'] }, [9, 't'], options),
        store.transaction(() => Promise.resolve(), options),
      ]
      controller.abort(timeout)
      for (const one of waiting) await expect(one).rejects.toBe(timeout)
      await add(tx, 1)
    })
    expect(await ids(store, TRUE)).toEqual([1])
    await store.close()
  })

  test('an aborted signal undoes everything', async () => {
    const store = await open()
    const controller = new AbortController()
    const work = store.transaction(
      async (tx) => {
        await add(tx, 1)
        controller.abort()
      },
      { signal: controller.signal },
    )
    await expect(work).rejects.toMatchObject({ code: 'CANCELLED' })
    const before = ids(store, TRUE)
    expect(await before).toEqual([])
    await store.close()
  })

  test('a deadline ends what waits for something else, levels inside included', async () => {
    const store = await open()
    const controller = new AbortController()
    const timeout = new DBALError('TIMEOUT')
    const work = store.transaction(
      async (tx) => {
        await add(tx, 1)
        await tx.transaction(async (nested) => {
          await add(nested, 2)
          controller.abort(timeout)
          await new Promise(() => undefined)
        })
      },
      { signal: controller.signal },
    )
    await expect(work).rejects.toBe(timeout)
    expect(await ids(store, TRUE)).toEqual([])
    await store.close()
  })

  test('a call that gave up while it waited has failed too', async () => {
    const store = await open()
    const controller = new AbortController()
    const work = store.transaction(async (tx) => {
      const first = add(tx, 1)
      const second = tx.run({ kind: 'insert', entity: 'Book', fields: ['id', 'title'] }, [2, 't'], {
        signal: controller.signal,
      })
      controller.abort()
      await Promise.allSettled([first, second])
    })
    await expect(work).rejects.toMatchObject({ code: 'TX_ABORTED' })
    expect(await ids(store, TRUE)).toEqual([])
    await store.close()
  })

  test('what is left running is waited for, what comes later is refused', async () => {
    const store = await open()
    let late: Store | undefined
    await store.transaction(async (tx) => {
      late = tx
      await Promise.resolve(void Promise.all([add(tx, 1), add(tx, 2)]))
    })
    expect(await ids(store, TRUE)).toEqual([1, 2])
    await expect(ids(late as Store, TRUE)).rejects.toMatchObject({ code: 'TX_LOST' })
    await store.close()
  })

  test('parallel calls inside take turns', async () => {
    const store = await open()
    await store.transaction(async (tx) => {
      await Promise.all([1, 2, 3, 4].map((id) => add(tx, id)))
      await Promise.all([1, 2].map((pages) => update(tx, 'Book', TRUE, { pages })))
    })
    expect(await ids(store, TRUE)).toEqual([1, 2, 3, 4])
    await store.close()
  })
})
