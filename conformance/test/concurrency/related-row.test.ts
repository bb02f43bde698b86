// Rules about another row: whoever waited for a row that was changed together with the right to write it does not
// write it.
import { describe, expect, it } from 'vitest'
import type { ScopedClient } from '@proj/dbal'
import { gate, hold, meet, settled, told, untilWaiting, type Answer } from './meet.ts'
import { RELATED } from './model.ts'
import { onServers } from './scene.ts'

const REFUSED = 'SERIALIZATION_CONFLICT retryable'
const LEVELS = ['read_committed', 'repeatable_read', 'serializable'] as const

type Write = (on: ScopedClient, plural: string) => Promise<unknown>

/** Each with what it answers where there is nothing that it may write. */
const WRITES: readonly (readonly [string, Write, unknown])[] = [
  ['update', (on, plural) => on[plural].update('1', { text: 'mine' }), 'NOT_FOUND'],
  ['updateMany', (on, plural) => on[plural].updateMany({}, { text: 'mine' }, { all: true }), 0],
  ['delete', (on, plural) => on[plural].delete('1'), 'NOT_FOUND'],
  ['deleteMany', (on, plural) => on[plural].deleteMany({}, { all: true }), 0],
]

const CASES = RELATED.flatMap((plural) =>
  WRITES.map(([name, write, refused]) => ({ plural, name, write, refused })),
)

onServers('another row', ['pages', ...RELATED], (scene, server) => {
  describe.each(CASES)('$plural: $name', ({ plural, write, refused }) => {
    const revoke = (tx: ScopedClient) => tx.pages.update('p', { ownerId: 'bob' })
    const touch = (tx: ScopedClient) => tx[plural].update('1', { text: 'his' })
    const both = (tx: ScopedClient) => revoke(tx).then(() => touch(tx))
    const call = () => write(scene.ann, plural)
    const texts = async () => (await scene.rows(plural)).map(({ text }) => text)

    it('sees a right that was taken in the change it waited for (ACC-45)', async () => {
      expect(told(await meet(scene.pair, both, call))).toEqual(refused)
      expect(await texts()).toEqual(['his', 'old'])
    })

    it('sees it where it was taken while it waited (ACC-45)', async () => {
      // MySQL locks the page that the rule has read, so that taking the right may wait in turn: a deadlock.
      const met = await settled(meet(scene.pair, touch, call, { last: revoke }))
      if ('error' in met) {
        expect([server, told(met)]).toEqual(['mysql', REFUSED])
        return
      }
      const heard = told(met.value as Answer)
      expect(server === 'mysql' ? [refused, REFUSED] : [refused]).toContainEqual(heard)
      expect(await texts()).toEqual(['his', 'old'])
    })

    it.each(LEVELS)('sees it inside a transaction at %s (ACC-45, ACC-48)', async (isolation) => {
      const work = async (tx: ScopedClient) => {
        // What is read first may settle what the transaction sees.
        await tx.users.list({})
        return write(tx, plural)
      }
      const inside = () => scene.ann.transaction(work, { isolation, retry: false })
      const heard = told(await meet(scene.pair, both, inside))
      // What the transaction saw before may let the row through as it is, and not as it would be.
      const late = [refused, REFUSED, 'FORBIDDEN']
      expect(isolation === 'read_committed' ? [refused] : late).toContainEqual(heard)
      expect(await texts()).toEqual(['his', 'old'])
    })

    it('still has it while the taking is open, or waits for it (ACC-46)', async () => {
      const held = await hold(scene.pair, revoke)
      const answer = settled(call())
      if (server === 'mysql') await untilWaiting(scene.pair, answer)
      else expect(told(await answer)).not.toEqual(refused)
      await held.end('commit')
      if (server === 'mysql') expect(told(await answer)).toEqual(refused)
    })

    it('goes on where taking it was undone (ACC-43)', async () => {
      const answer = await meet(scene.pair, both, call, { end: 'roll back' })
      expect(told(answer)).not.toEqual(refused)
      expect(await texts()).not.toContain('his')
      expect(await texts()).not.toEqual(['old', 'old'])
    })
  })

  it('a right that was taken before is not there, in no way of asking (ACC-45)', async () => {
    await scene.root.pages.update('p', { ownerId: 'bob' })
    for (const plural of RELATED) {
      const notes = scene.ann[plural]
      expect(told(await settled(notes.update('1', { text: 'mine' })))).toBe('NOT_FOUND')
      expect(told(await settled(notes.delete('1')))).toBe('NOT_FOUND')
      expect(await notes.updateMany({}, { text: 'mine' }, { all: true })).toBe(0)
      expect(await notes.deleteMany({}, { all: true })).toBe(0)
    }
    const create = scene.ann.byPath.create({ id: '9', pageId: 'p' })
    expect(told(await settled(create))).toBe('FORBIDDEN')
  })

  it('serializable transactions never write by a right that the other takes (ACC-46)', async () => {
    // Each reads what the other writes, so that both together are no order of the two.
    const [annRead, rootRead] = [gate(), gate()]
    const options = { isolation: 'serializable', retry: false } as const
    const writing = settled(
      scene.ann.transaction(async (tx) => {
        await tx.pages.read('p')
        annRead.open()
        await rootRead.passed
        return tx.byPath.update('1', { text: 'mine' })
      }, options),
    )
    const taking = settled(
      scene.root.transaction(async (tx) => {
        const { text } = await tx.byPath.read('1')
        rootRead.open()
        await annRead.passed
        return tx.pages.update('p', { ownerId: text === 'old' ? 'bob' : 'ann' })
      }, options),
    )
    const answers = [told(await writing), told(await taking)]
    const failed = answers.filter((each) => each === REFUSED)
    expect(failed).toHaveLength(1)
  })
})
