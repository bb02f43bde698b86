// Rules about the row itself: a write that waited for the row is judged by what the row has become.
import { describe, expect, it } from 'vitest'
import type { ScopedClient } from '@proj/dbal'
import { meet, settled, told, type Answer } from './meet.ts'
import { onServers } from './scene.ts'

onServers('the row itself', ['docs', 'ledgers', 'tickets'], (scene) => {
  const giveAway = (tx: ScopedClient) => tx.docs.update('1', { ownerId: 'bob', text: 'his' })
  const rename = () => scene.ann.docs.update('1', { text: 'mine' })

  describe('a row that was given away meanwhile', () => {
    it('is not updated (ACC-43)', async () => {
      expect(told(await meet(scene.pair, giveAway, rename))).toBe('NOT_FOUND')
      expect(await scene.root.docs.read('1')).toMatchObject({ ownerId: 'bob', text: 'his' })
    })

    it('is updated where giving it away was undone (ACC-43)', async () => {
      const answer = await meet(scene.pair, giveAway, rename, { end: 'roll back' })
      expect(told(answer)).toMatchObject({ id: '1', ownerId: 'ann', text: 'mine' })
    })

    it('is left out of updateMany (ACC-43)', async () => {
      const change = () => scene.ann.docs.updateMany({}, { text: 'mine' }, { all: true })
      expect(told(await meet(scene.pair, giveAway, change))).toBe(1)
      expect((await scene.rows('docs')).map(({ text }) => text)).toEqual(['his', 'mine', ''])
    })

    it('is not deleted (ACC-43)', async () => {
      const remove = () => scene.ann.docs.delete('1')
      expect(told(await meet(scene.pair, giveAway, remove))).toBe('NOT_FOUND')
      expect(await scene.rows('docs')).toHaveLength(3)
    })

    it('is left out of deleteMany (ACC-43)', async () => {
      const remove = () => scene.ann.docs.deleteMany({}, { all: true })
      expect(told(await meet(scene.pair, giveAway, remove))).toBe(1)
      expect((await scene.rows('docs')).map(({ id }) => id)).toEqual(['1', '3'])
    })
  })

  describe('a check that looks at before(field)', () => {
    it('sees what the row was when its lock was had (ACC-34, ACC-43)', async () => {
      const seal = (tx: ScopedClient) => tx.ledgers.update('1', { rank: 50, sealed: 1 })
      const set = (rank: number) => () => scene.ann.ledgers.update('1', { rank })
      expect(told(await meet(scene.pair, seal, set(40)))).toBe('FORBIDDEN')
      expect(await scene.root.ledgers.read('1')).toMatchObject({ rank: 50 })
      expect(told(await meet(scene.pair, seal, set(60)))).toMatchObject({ rank: 60 })
    })

    describe('holds for no row that came into reach', () => {
      const touch = (tx: ScopedClient) => tx.ledgers.update('1', { text: 'touched' })
      const comeIn = (tx: ScopedClient) => tx.ledgers.update('0', { rank: 5 })
      const both = (tx: ScopedClient) => touch(tx).then(() => comeIn(tx))
      const lower = (on: ScopedClient) => on.ledgers.updateMany({}, { rank: 0 }, { all: true })
      const options = { isolation: 'read_committed', retry: false } as const
      const inside = () => scene.ann.transaction(lower, options)

      it.each<[string, () => Promise<Answer>]>([
        ['before it waited', () => meet(scene.pair, both, () => lower(scene.ann))],
        ['before it waited, at read_committed', () => meet(scene.pair, both, inside)],
        ['while it waited', () => meet(scene.pair, touch, inside, { last: comeIn })],
      ])('%s (ACC-44)', async (_, race) => {
        expect(['SERIALIZATION_CONFLICT retryable', 'FORBIDDEN']).toContain(told(await race()))
        expect((await scene.rows('ledgers')).map(({ rank }) => rank)).toEqual([5, 1])
      })
    })
  })

  describe('a version', () => {
    it('has exactly one winner (MUT-15)', async () => {
      const first = (tx: ScopedClient) => tx.docs.update('1', { text: 'first' }, { ifVersion: 1 })
      const second = () => scene.ann.docs.update('1', { text: 'second' }, { ifVersion: 1 })
      expect(told(await meet(scene.pair, first, second))).toBe('CONFLICT version ifVersion')
      expect(await scene.root.docs.read('1')).toMatchObject({ text: 'first', revision: 2 })
      await scene.root.docs.update('1', { text: '' })
      const undone = await meet(
        scene.pair,
        (tx) => tx.docs.update('1', { text: 'first' }, { ifVersion: 3 }),
        () => scene.ann.docs.update('1', { text: 'second' }, { ifVersion: 3 }),
        { end: 'roll back' },
      )
      expect(told(undone)).toMatchObject({ text: 'second', revision: 4 })
    })

    it('of a row that was given away is not told (ACC-22)', async () => {
      const stale = () => scene.ann.docs.update('1', { text: 'mine' }, { ifVersion: 1 })
      expect(told(await meet(scene.pair, giveAway, stale))).toBe('NOT_FOUND')
    })
  })

  describe('sums', () => {
    const add = (on: ScopedClient, n = 1) => on.docs.update('1', { hits: { increment: n } })

    it('are all counted (MUT-13)', async () => {
      expect(
        told(
          await meet(
            scene.pair,
            (tx) => add(tx),
            () => add(scene.ann),
          ),
        ),
      ).toMatchObject({
        hits: 2,
        revision: 3,
      })
      const crowd = Array.from({ length: 8 }, (_, n) => add(n % 2 ? scene.root : scene.ann))
      await Promise.all(crowd)
      expect(await scene.root.docs.read('1')).toMatchObject({ hits: 10, revision: 11 })
    })

    it('keep their bounds together (MUT-13)', async () => {
      const answer = await meet(
        scene.pair,
        (tx) => add(tx, 6),
        () => add(scene.ann, 6),
      )
      expect(told(answer)).toBe('VALIDATION_ERROR hits')
      expect(await scene.root.docs.read('1')).toMatchObject({ hits: 6, revision: 2 })
    })
  })

  it('a preset is what the rule says, whoever was first, and cannot be sent (ACC-37)', async () => {
    const giveTicket = (tx: ScopedClient) => tx.tickets.update('1', { ownerId: 'bob' })
    const write = () => scene.ann.tickets.update('1', { text: 'mine' })
    expect(told(await meet(scene.pair, giveTicket, write))).toBe('NOT_FOUND')
    expect(await scene.root.tickets.read('1')).toMatchObject({ ownerId: 'bob', text: '' })
    const forged = { ownerId: 'bob', text: 'forged' }
    for (const call of [
      () => scene.ann.tickets.create({ id: '2', ...forged }),
      () => scene.ann.tickets.updateMany({}, forged, { all: true }),
      () =>
        scene.ann.tickets.upsert({
          where: { id: '2' },
          create: { id: '2', ...forged },
          update: {},
        }),
    ])
      expect(told(await settled(call()))).toBe('FORBIDDEN ownerId')
    expect(await scene.rows('tickets')).toHaveLength(1)
  })
})
