// Unique values, upserts and foreign keys that two clients are after at once.
import { describe, expect, it } from 'vitest'
import type { ScopedClient } from '@proj/dbal'
import { meet, settled, told } from './meet.ts'
import { onServers } from './scene.ts'

onServers('keys', ['docs', 'shelves', 'books'], (scene, server) => {
  const upsert = (on: ScopedClient, id: string, ownerId = 'ann', slug = 'new') =>
    on.docs.upsert({
      where: { slug },
      create: { id, slug, ownerId, text: 'made' },
      update: { text: 'changed' },
    })

  describe('two upserts of one key', () => {
    it('make one row, and the other one changes it (MUT-31)', async () => {
      const answer = await meet(
        scene.pair,
        (tx) => upsert(tx, '8'),
        () => upsert(scene.ann, '9'),
      )
      expect(told(answer)).toMatchObject({ id: '8', text: 'changed', revision: 2 })
      expect(await scene.root.docs.count({ slug: 'new' })).toBe(1)
    })

    it('do so inside a transaction (MUT-31)', async () => {
      const inside = () => scene.ann.transaction((tx) => upsert(tx, '9'), { retry: false })
      const answer = await meet(scene.pair, (tx) => upsert(tx, '8'), inside)
      expect(told(answer)).toMatchObject({ id: '8', text: 'changed' })
    })

    it('make the row where the first is undone (MUT-31)', async () => {
      const answer = await meet(
        scene.pair,
        (tx) => upsert(tx, '8'),
        () => upsert(scene.ann, '9'),
        { end: 'roll back' },
      )
      expect(told(answer)).toMatchObject({ id: '9', text: 'made', revision: 1 })
    })

    it('ask the update rule of the row that came in between (ACC-40)', async () => {
      const answer = await meet(
        scene.pair,
        (tx) => upsert(tx, '8', 'bob'),
        () => upsert(scene.ann, '9'),
      )
      expect(told(answer)).toBe('NOT_FOUND')
      expect(await scene.root.docs.read('8')).toMatchObject({ ownerId: 'bob', text: 'made' })
    })

    it('ask the create rule where the row went in between (ACC-40, MUT-31)', async () => {
      const gone = (tx: ScopedClient) => tx.docs.delete('1')
      const forbidden = () => upsert(scene.ann, '9', 'bob', 'one')
      expect(told(await meet(scene.pair, gone, forbidden))).toBe('FORBIDDEN')
      expect(await scene.root.docs.count({ slug: 'one' })).toBe(0)
      await scene.root.docs.create({ id: '1', slug: 'one', ownerId: 'ann' })
      const made = await meet(scene.pair, gone, () => upsert(scene.ann, '9', 'ann', 'one'))
      expect(told(made)).toMatchObject({ id: '9', text: 'made' })
    })

    it('of one caller never answer anything else, in any order (MUT-31)', async () => {
      const on = [scene.ann, scene.pair.first.as({ user: { id: 'ann', role: 'user' } })] as const
      const crowd = Array.from({ length: 8 }, (_, n) =>
        settled(upsert(on[n % 2 === 0 ? 0 : 1], `n${n}`)),
      )
      const answers = (await Promise.all(crowd)).map(told)
      // A client repeats transactions only; InnoDB lets writers of one key deadlock.
      const rows = answers.filter((each) => each !== 'SERIALIZATION_CONFLICT retryable')
      expect(rows.length).toBeGreaterThanOrEqual(server === 'postgres' ? answers.length : 1)
      expect(new Set(rows.map((row) => (row as { id: string }).id)).size).toBe(1)
      expect(await scene.root.docs.count({ slug: 'new' })).toBe(1)
    })
  })

  describe('a unique value that two are after', () => {
    const take = (on: ScopedClient, id: string) =>
      on.docs.create({ id, slug: 'new', ownerId: 'ann' })

    it('is had by one, and the other is told which field (MUT-40)', async () => {
      const answer = await meet(
        scene.pair,
        (tx) => take(tx, '8'),
        () => take(scene.ann, '9'),
      )
      expect(told(answer)).toBe('CONFLICT unique slug')
      const taking = (on: ScopedClient, id: string) => on.docs.update(id, { slug: 'newer' })
      const updated = await meet(
        scene.pair,
        (tx) => taking(tx, '3'),
        () => taking(scene.ann, '1'),
      )
      expect(told(updated)).toBe('CONFLICT unique slug')
      expect((await scene.rows('docs')).map(({ id }) => id)).toEqual(['1', '2', '3', '8'])
    })

    it('is free where the first is undone (MUT-40)', async () => {
      const answer = await meet(
        scene.pair,
        (tx) => take(tx, '8'),
        () => take(scene.ann, '9'),
        { end: 'roll back' },
      )
      expect(told(answer)).toMatchObject({ id: '9', slug: 'new' })
    })

    it('of createMany leaves none of its rows (MUT-5)', async () => {
      const many = () =>
        scene.ann.docs.createMany([
          { id: '6', ownerId: 'ann' },
          { id: '7', slug: 'new', ownerId: 'ann' },
        ])
      expect(told(await meet(scene.pair, (tx) => take(tx, '8'), many))).toBe('CONFLICT unique slug')
      expect((await scene.rows('docs')).map(({ id }) => id)).toEqual(['1', '2', '3', '8'])
    })
  })

  describe('a row that is deleted meanwhile', () => {
    const remove = (tx: ScopedClient) => tx.shelves.delete('s')
    const writes: Readonly<Record<string, () => Promise<unknown>>> = {
      'by its key': () => scene.ann.books.create({ id: 'n', shelfId: 's' }),
      'by connect': () => scene.ann.books.create({ id: 'n', shelf: { connect: { id: 's' } } }),
      'in createMany': () => scene.ann.books.createMany([{ id: 'n', shelfId: 's' }]),
    }
    it.each(Object.entries(writes))('is not referred to, %s (MUT-41)', async (_, write) => {
      expect(told(await meet(scene.pair, remove, write))).toBe('CONFLICT foreign_key shelfId')
      expect(await scene.rows('books')).toEqual([])
      await scene.root.shelves.create({ id: 's' })
      const undone = await meet(scene.pair, remove, write, { end: 'roll back' })
      expect(told(undone)).not.toBe('CONFLICT foreign_key shelfId')
      expect(await scene.root.books.count({ id: 'n' })).toBe(1)
    })
  })
})
