// A write that is given up while it waits is stopped in the server, and never made.
import type { ScopedClient } from '@proj/dbal'
import { expect, it } from 'vitest'
import { hold, settled, told, untilFree, untilWaiting } from './meet.ts'
import { onServers } from './scene.ts'

onServers('giving up', ['docs'], (scene) => {
  const touch = (tx: ScopedClient) => tx.docs.update('1', { hits: 1 })
  type Give = (signal: AbortSignal) => Promise<unknown>
  const writes: readonly (readonly [string, Give])[] = [
    ['an update', (signal) => scene.ann.docs.update('1', { text: 'late' }, { signal })],
    ['a delete', (signal) => scene.ann.docs.delete('1', { signal })],
    [
      'a transaction',
      (signal) =>
        scene.ann.transaction(
          async (tx) => {
            await tx.docs.update('2', { text: 'late' })
            return tx.docs.update('1', { text: 'late' })
          },
          { signal },
        ),
    ],
  ]

  it.each(writes)(
    '%s stores nothing, whatever the first writer does (ERR-11, TX-11)',
    async (_, write) => {
      const { pair, root, ann } = scene
      const held = await hold(pair, touch)
      const stop = new AbortController()
      const answer = settled(write(stop.signal))
      await untilWaiting(pair, answer)
      stop.abort()
      expect(told(await answer)).toBe('CANCELLED')
      // The server has let go of it while the first writer still holds the row.
      await untilFree(pair)
      await held.end('commit')
      expect(await scene.rows('docs')).toMatchObject([
        { id: '1', text: '', hits: 1 },
        { id: '2', text: '' },
        { id: '3' },
      ])
      await ann.docs.update('1', { text: 'next' })
      expect(await root.docs.read('1')).toMatchObject({ text: 'next' })
    },
  )
})
