// The way to the server is cut, blocked, or leads nowhere for a while. A client needs no help to go on afterwards.
import type { ScopedClient } from '@proj/dbal'
import { isDBALError } from '@proj/dbal-contract'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { gate, settled, told, type Answer } from '../concurrency/meet.ts'
import { onServers } from '../concurrency/scene.ts'
import { openProxy, type Proxy } from './proxy.ts'

/** MariaDB's pool tries every half second, for as long as it is told to. */
const IMPATIENT: Readonly<Record<string, string>> = {
  'mysql:': 'acquireTimeout=1500&connectTimeout=400',
}

let proxy: Proxy
const through = async (url: URL): Promise<URL> => {
  proxy = await openProxy(url.href)
  const way = proxy.way(url)
  way.search = IMPATIENT[url.protocol] ?? ''
  return way
}

const outcome = (answer: Answer): unknown =>
  'error' in answer && isDBALError(answer.error)
    ? [answer.error.code, answer.error.outcome]
    : told(answer)

onServers(
  'a lost network',
  ['docs'],
  (scene) => {
    afterEach(() => proxy.start())
    afterAll(() => proxy.close())
    const add = (on: ScopedClient, id: string) => on.docs.update(id, { hits: { increment: 1 } })
    const hits = async () => (await scene.rows('docs')).map((row) => row['hits'])
    const read = () => scene.ann.docs.read('1')

    /** Every connection of the pool has been used, and the statements of `add` are known on it. */
    const fillPool = async (): Promise<void> => {
      const all = gate()
      let open = 0
      const one = () =>
        scene.ann.transaction(async (tx) => {
          await tx.docs.read('1')
          open += 1
          if (open === 3) all.open()
          await all.passed
        })
      await Promise.all([one(), one(), one()])
    }

    it('is told while it lasts, and then forgotten by every connection (ERR-14)', async () => {
      await fillPool()
      await proxy.stop()
      const { ann } = scene
      const calls = [read(), add(ann, '1'), ann.transaction((tx) => tx.docs.read('1'))]
      const refused = await Promise.all(calls.map(settled))
      const none = ['DATABASE_ERROR', 'none']
      expect(refused.map(outcome)).toEqual([none, none, none])
      await proxy.start()
      const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(() => settled(read())))
      expect(answers.map((answer) => 'value' in answer)).toEqual(Array(6).fill(true))
      await add(scene.ann, '1')
      expect(await hits()).toEqual([1, 0, 0])
    })

    it('leaves no trace of a server that was started anew between two calls (ERR-12)', async () => {
      await fillPool()
      await proxy.stop()
      await proxy.start()
      const answers = await Promise.all([1, 2, 3, 4].map(() => settled(read())))
      expect(answers.map((answer) => 'value' in answer)).toEqual(Array(4).fill(true))
      await scene.ann.transaction((tx) => add(tx, '2'))
      expect(await hits()).toEqual([0, 1, 0])
    })

    it('ends a transaction that is open (ERR-13)', async () => {
      const answer = await settled(
        scene.ann.transaction(async (tx) => {
          await add(tx, '1')
          await proxy.stop()
          await proxy.start()
          await add(tx, '2')
        }),
      )
      expect(told(answer)).toBe('TX_LOST')
      expect(await hits()).toEqual([0, 0, 0])
      await add(scene.ann, '1')
    })

    it('asks a read again whose answer was lost (ERR-12)', async () => {
      await read()
      proxy.cutNext('answer')
      expect(told(await settled(read()))).toMatchObject({ id: '1' })
    })

    describe.each(['request', 'answer'] as const)('that takes away the %s', (what) => {
      it('of a write: made at most once, and told that nobody knows (ERR-12)', async () => {
        const system = scene.pair.second.system()
        await system.docs.create({ id: 'known', ownerId: 'ann' })
        proxy.cutNext(what)
        const answer = await settled(system.docs.create({ id: 'new', ownerId: 'ann' }))
        expect(outcome(answer)).toEqual(['DATABASE_ERROR', 'unknown'])
        const ids = (await scene.rows('docs')).map(({ id }) => id)
        expect(ids.includes('new')).toBe(what === 'answer')
      })

      it('of an upsert: made or changed at most once, and answered by what became of it (ERR-12)', async () => {
        const system = scene.pair.second.system()
        const upsert = (id: string) =>
          system.docs.upsert({
            where: { id },
            create: { id, ownerId: 'ann', text: 'made' },
            update: { text: 'changed' },
          })
        const stored = async (id: string) => {
          const row = (await scene.rows('docs')).find((each) => each['id'] === id)
          return row === undefined ? 'none' : `${String(row['text'])} ${String(row['revision'])}`
        }
        await upsert('known')
        for (const [id, before, after] of [
          ['1', ' 1', 'changed 2'],
          ['new', 'none', 'made 1'],
        ] as const) {
          proxy.cutNext(what)
          const answer = await settled(upsert(id))
          if ('value' in answer) expect(await stored(id)).toBe(after)
          else {
            expect(outcome(answer)).toEqual(['DATABASE_ERROR', 'unknown'])
            expect(await stored(id)).toBe(what === 'answer' ? after : before)
          }
        }
      })

      it('of a COMMIT: all or nothing is stored, and the outcome is unknown (ERR-13)', async () => {
        const work = async (tx: ScopedClient) => {
          await add(tx, '1')
          await add(tx, '2')
        }
        await scene.ann.transaction(work)
        const answer = await settled(
          scene.ann.transaction(async (tx) => {
            await work(tx)
            proxy.cutNext(what)
          }),
        )
        expect(outcome(answer)).toEqual(['TX_LOST', 'unknown'])
        expect(await hits()).toEqual(what === 'answer' ? [2, 2, 0] : [1, 1, 0])
        await scene.ann.transaction(work)
      })
    })

    it('that says nothing ends with the time of the call (ERR-11)', async () => {
      await fillPool()
      proxy.block()
      const late = await settled(scene.ann.docs.update('1', { hits: 5 }, { timeoutMs: 50 }))
      expect(told(late)).toBe('TIMEOUT')
      proxy.unblock()
      await add(scene.ann, '2')
      expect((await hits())[1]).toBe(1)
    })
  },
  { through },
)
