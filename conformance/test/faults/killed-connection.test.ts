// Connections that the server ends: what was not committed is not there, and the next call has another one.
import type { ScopedClient } from '@proj/dbal'
import { expect, it } from 'vitest'
import { hold, settled, told, untilWaiting } from '../concurrency/meet.ts'
import { onServers } from '../concurrency/scene.ts'

onServers(
  'a killed connection',
  ['docs'],
  (scene, server) => {
    const add = (on: ScopedClient, id: string) => on.docs.update(id, { hits: { increment: 1 } })
    const hits = async () => (await scene.rows('docs')).map((row) => row['hits'])
    const holdFirst = () => hold(scene.pair, (tx) => tx.docs.update('1', { text: 'held' }))

    it('ends a transaction between two of its calls (ERR-13)', async () => {
      const { pair, ann } = scene
      const id = await pair.connectionId()
      const answer = await settled(
        ann.transaction(async (tx) => {
          await add(tx, '1')
          await pair.kill(id)
          return add(tx, '2')
        }),
      )
      expect(told(answer)).toBe('TX_LOST')
      expect(await hits()).toEqual([0, 0, 0])
      await add(ann, '1')
      expect(await hits()).toEqual([1, 0, 0])
      expect(await pair.connectionId()).not.toBe(id)
    })

    it('ends a transaction before its commit, and one whose callback caught the error (ERR-13)', async () => {
      const { pair, ann } = scene
      const early = await pair.connectionId()
      const uncommitted = ann.transaction(async (tx) => {
        await add(tx, '1')
        await pair.kill(early)
      })
      expect(told(await settled(uncommitted))).toBe('TX_LOST')
      const late = await pair.connectionId()
      const caught = ann.transaction(async (tx) => {
        await add(tx, '1')
        await pair.kill(late)
        await add(tx, '2').catch(() => undefined)
      })
      expect(['TX_LOST', 'TX_ABORTED']).toContain(told(await settled(caught)))
      expect(await hits()).toEqual([0, 0, 0])
    })

    it('ends a nested transaction with the one around it (ERR-13)', async () => {
      const { pair, ann } = scene
      const id = await pair.connectionId()
      const outer = ann.transaction(async (tx) => {
        await add(tx, '1')
        const inner = tx.transaction(async (nested) => {
          await add(nested, '2')
          await pair.kill(id)
        })
        await inner.catch(() => undefined)
        await add(tx, '1').catch(() => undefined)
      })
      expect(['TX_LOST', 'TX_ABORTED']).toContain(told(await settled(outer)))
      expect(await hits()).toEqual([0, 0, 0])
      await add(ann, '1')
      expect(await hits()).toEqual([1, 0, 0])
    })

    it('ends a transaction while a call of it waits for a lock (ERR-13)', async () => {
      const { pair, ann } = scene
      const id = await pair.connectionId()
      const held = await holdFirst()
      const answer = settled(
        ann.transaction(async (tx) => {
          await add(tx, '2')
          await add(tx, '1')
        }),
      )
      await untilWaiting(pair, answer)
      await pair.kill(id)
      expect(told(await answer)).toBe('TX_LOST')
      await held.end('commit')
      expect(await hits()).toEqual([0, 0, 0])
    })

    it('is not noticed by a transaction whose first call waits, where BEGIN goes with it (ERR-13)', async () => {
      const { pair } = scene
      const id = await pair.connectionId()
      const held = await holdFirst()
      const answer = settled(
        pair.second.system().transaction(async (tx) => {
          await tx.docs.update('1', { hits: 1 })
          await tx.docs.update('2', { hits: 1 })
        }),
      )
      await untilWaiting(pair, answer)
      await pair.kill(id)
      if (server === 'mysql') {
        expect(told(await answer)).toBe('TX_LOST')
        await held.end('commit')
        return expect(await hits()).toEqual([0, 0, 0])
      }
      await untilWaiting(pair, answer)
      await held.end('commit')
      expect(told(await answer)).toBeUndefined()
      expect(await hits()).toEqual([1, 1, 0])
      expect(await pair.connectionId()).not.toBe(id)
    })

    it('is not noticed by a write that waits, where the server says that it was not made (ERR-12)', async () => {
      const { pair } = scene
      const id = await pair.connectionId()
      const held = await holdFirst()
      const answer = settled(pair.second.system().docs.delete('1'))
      await untilWaiting(pair, answer)
      await pair.kill(id)
      if (server === 'mysql') {
        // Its end is a closed socket, which could as well have come after the change.
        expect(await answer).toMatchObject({
          error: { code: 'DATABASE_ERROR', outcome: 'unknown' },
        })
        await held.end('commit')
        return expect(await hits()).toEqual([0, 0, 0])
      }
      await untilWaiting(pair, answer)
      await held.end('commit')
      expect(told(await answer)).toBe(true)
      expect(await hits()).toEqual([0, 0])
    })
  },
  { poolSize: 1 },
)
