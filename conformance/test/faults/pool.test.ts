// More callers than connections, and calls that take too long: each is told so, and nobody else suffers.
import { expect, it } from 'vitest'
import { gate, hold, settled, told, untilFree, untilWaiting } from '../concurrency/meet.ts'
import { onServers } from '../concurrency/scene.ts'

onServers(
  'a pool of two',
  ['docs'],
  (scene) => {
    const texts = async () => (await scene.rows('docs')).map((row) => row['text'])

    /** As many transactions as there are connections, open until `end`. */
    const takeAll = async () => {
      const ending = gate()
      const taken = [gate(), gate()]
      const open = taken.map(({ open: isOpen }) =>
        scene.ann.transaction(async (tx) => {
          await tx.docs.read('1')
          isOpen()
          await ending.passed
        }),
      )
      await Promise.all(taken.map(({ passed }) => passed))
      return {
        end: async () => {
          ending.open()
          await Promise.all(open)
        },
      }
    }

    it('keeps a call waiting for as long as it has time, and makes nothing of it (ERR-11)', async () => {
      const { ann } = scene
      const all = await takeAll()
      const stop = new AbortController()
      const calls = [
        ann.docs.read('1', {}, { timeoutMs: 20 }),
        ann.docs.update('1', { text: 'late' }, { timeoutMs: 20 }),
        ann.transaction((tx) => tx.docs.delete('1'), { timeoutMs: 20 }),
      ].map(settled)
      const given = settled(ann.docs.update('2', { text: 'late' }, { signal: stop.signal }))
      const late = await Promise.all(calls)
      expect(late.map(told)).toEqual(['TIMEOUT', 'TIMEOUT', 'TIMEOUT'])
      stop.abort()
      expect(told(await given)).toBe('CANCELLED')
      await all.end()
      expect(await texts()).toEqual(['', '', ''])
      await ann.docs.update('1', { text: 'next' })
      expect(await texts()).toEqual(['next', '', ''])
    })

    it('serves all who wait, however many (ERR-11)', async () => {
      const { ann } = scene
      const all = await takeAll()
      const waiting = Array.from({ length: 30 }, (_, n) =>
        n % 3 === 0
          ? ann.docs.create({ id: `w${n}`, ownerId: 'ann' })
          : ann.docs.count({ ownerId: 'ann' }),
      )
      await all.end()
      await Promise.all(waiting)
      expect((await scene.rows('docs')).length).toBe(13)
    })

    it('ends a statement whose time is over, in the server too (ERR-11, TX-11)', async () => {
      const { pair, ann } = scene
      const held = await hold(pair, (tx) => tx.docs.update('1', { hits: 1 }))
      const late = settled(ann.docs.update('1', { text: 'late' }, { timeoutMs: 300 }))
      await untilWaiting(pair, late)
      expect(told(await late)).toBe('TIMEOUT')
      await untilFree(pair)
      await held.end('commit')
      expect(await texts()).toEqual(['', '', ''])
      await ann.docs.update('1', { text: 'next' })
      expect(await texts()).toEqual(['next', '', ''])
    })
  },
  { poolSize: 2 },
)

/** A limit of the server's own, in its unit and words. */
const LIMITS: Readonly<Record<string, string>> = {
  'postgresql:': `options=${encodeURIComponent('-c statement_timeout=200')}`,
  'mysql:': `sessionVariables=${encodeURIComponent('{"max_statement_time":0.2}')}`,
}

onServers(
  'a server with a limit',
  ['docs'],
  (scene) => {
    it('stops what is slow: TIMEOUT, and nothing of it is stored (ERR-15)', async () => {
      const { pair, ann } = scene
      const held = await hold(pair, (tx) => tx.docs.update('1', { hits: 1 }))
      const alone = await settled(pair.second.system().docs.delete('1'))
      expect(told(alone)).toBe('TIMEOUT')
      const both = ann.transaction(async (tx) => {
        await tx.docs.update('2', { hits: 1 })
        await tx.docs.update('1', { hits: 1 })
      })
      expect(told(await settled(both))).toBe('TIMEOUT')
      await held.end('commit')
      expect((await scene.rows('docs')).map(({ hits }) => hits)).toEqual([1, 0, 0])
      await ann.docs.update('1', { hits: 2 })
    })
  },
  {
    through: (straight) => {
      const url = new URL(straight)
      url.search = LIMITS[url.protocol] ?? ''
      return url
    },
  },
)

/** Of a standby, or a server that somebody has made read-only. */
const READ_ONLY: Readonly<Record<string, string>> = {
  'postgresql:': `options=${encodeURIComponent('-c default_transaction_read_only=on')}`,
  'mysql:': `initSql=${encodeURIComponent('SET SESSION TRANSACTION READ ONLY')}`,
}

onServers(
  'a server that is read only',
  ['docs'],
  (scene) => {
    it('answers reads and says why it takes no change (ERR-14)', async () => {
      const { pair, ann } = scene
      const system = pair.second.system()
      const reason = 'the database is open for reading only'
      const refused = { code: 'DATABASE_ERROR', details: { reason } }
      await expect(system.docs.create({ id: 'x', ownerId: 'ann' })).rejects.toMatchObject(refused)
      await expect(ann.docs.update('1', { hits: 1 })).rejects.toMatchObject(refused)
      const both = ann.transaction(async (tx) => {
        await tx.docs.read('1')
        await tx.docs.delete('1')
      })
      await expect(both).rejects.toMatchObject(refused)
      expect(await ann.docs.count()).toBe(3)
    })
  },
  {
    through: (straight) => {
      const url = new URL(straight)
      url.search = READ_ONLY[url.protocol] ?? ''
      return url
    },
  },
)
