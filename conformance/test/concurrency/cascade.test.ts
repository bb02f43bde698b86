// Rows that would go with their parent, changed or added while the parent is being deleted.
import { describe, expect, it } from 'vitest'
import type { ScopedClient } from '@proj/dbal'
import { meet, settled, told } from './meet.ts'
import { onServers } from './scene.ts'

onServers('rows below', ['shelves', 'books', 'leaves'], (scene) => {
  const remove = () => scene.ann.shelves.delete('s')
  const ids = async (plural: string) => (await scene.rows(plural)).map(({ id }) => id)
  const locked = true

  describe.each<[string, (tx: ScopedClient) => Promise<unknown>]>([
    ['a child that is locked', (tx) => tx.books.update('b', { locked })],
    ['a child that is added', (tx) => tx.books.create({ id: 'n', shelfId: 's', locked })],
    ['a grandchild that is locked', (tx) => tx.leaves.update('l', { locked })],
    ['a grandchild that is added', (tx) => tx.leaves.create({ id: 'n', bookId: 'b', locked })],
  ])('%s meanwhile', (_, change) => {
    it('keeps its parent (ACC-41, ACC-47)', async () => {
      expect(told(await meet(scene.pair, change, remove))).toBe('FORBIDDEN')
      expect([await ids('shelves'), (await ids('books'))[0], (await ids('leaves'))[0]]).toEqual([
        ['s'],
        'b',
        'l',
      ])
    })

    it('does not where that was undone (ACC-41, ACC-47)', async () => {
      expect(told(await meet(scene.pair, change, remove, { end: 'roll back' }))).toBe(true)
      expect([await ids('shelves'), await ids('books'), await ids('leaves')]).toEqual([[], [], []])
    })
  })

  describe('a first child that is added meanwhile', () => {
    const add = (tx: ScopedClient) => tx.books.create({ id: 'n', shelfId: 'empty', locked })
    const removeEmpty = () => scene.ann.shelves.delete('empty')

    it('keeps its parent (ACC-41, ACC-47)', async () => {
      await scene.root.shelves.create({ id: 'empty' })
      expect(told(await meet(scene.pair, add, removeEmpty))).toBe('FORBIDDEN')
      expect([await ids('shelves'), await ids('books')]).toEqual([
        ['empty', 's'],
        ['b', 'n'],
      ])
    })

    it('does not where that was undone (ACC-41, ACC-47)', async () => {
      await scene.root.shelves.create({ id: 'empty' })
      expect(told(await meet(scene.pair, add, removeEmpty, { end: 'roll back' }))).toBe(true)
      expect([await ids('shelves'), await ids('books')]).toEqual([['s'], ['b']])
    })
  })

  describe('a parent without children', () => {
    const removeEmpty = () => scene.ann.shelves.delete('empty')
    const add = (tx: ScopedClient) => tx.books.create({ id: 'n', shelfId: 'empty', locked })
    const rename = (tx: ScopedClient) => tx.shelves.update('empty', { name: 'new' })

    it('that is changed meanwhile goes all the same (ACC-47)', async () => {
      await scene.root.shelves.create({ id: 'empty' })
      expect(told(await meet(scene.pair, rename, removeEmpty))).toBe(true)
      expect(await ids('shelves')).toEqual(['s'])
    })

    it('that is changed meanwhile and has a child by then stays (ACC-41, ACC-47)', async () => {
      await scene.root.shelves.create({ id: 'empty' })
      const answer = await meet(scene.pair, rename, removeEmpty, { last: add })
      expect(told(answer)).toBe('FORBIDDEN')
      expect([await ids('shelves'), await ids('books')]).toEqual([
        ['empty', 's'],
        ['b', 'n'],
      ])
    })

    it('that is deleted meanwhile is not there (ACC-47)', async () => {
      await scene.root.shelves.create({ id: 'empty' })
      const goes = (tx: ScopedClient) => tx.shelves.delete('empty')
      expect(told(await meet(scene.pair, goes, removeEmpty))).toBe('NOT_FOUND')
    })

    it('goes by many at once, each told of one (ACC-47)', async () => {
      await scene.root.shelves.create({ id: 'empty' })
      const answers = await Promise.all(Array.from({ length: 6 }, () => settled(removeEmpty())))
      expect(answers.map(told).filter((each) => each === true)).toHaveLength(1)
      expect(answers.map(told).filter((each) => each === 'NOT_FOUND')).toHaveLength(5)
    })
  })

  it('a parent that came into reach meanwhile keeps its children (ACC-47)', async () => {
    const another = async (tx: ScopedClient) => {
      await tx.books.update('b', { locked: false })
      await tx.shelves.create({ id: 't' })
      await tx.books.create({ id: 'n', shelfId: 't', locked })
    }
    const all = () => scene.ann.shelves.deleteMany({}, { all: true })
    const answer = told(await meet(scene.pair, another, all))
    expect(['SERIALIZATION_CONFLICT retryable', 'FORBIDDEN']).toContain(answer)
    expect(await ids('books')).toEqual(['b', 'n'])
  })

  it('a child cannot be added to a parent that is going (MUT-41)', async () => {
    const add = () => scene.ann.leaves.create({ id: 'n', bookId: 'b' })
    const goes = (tx: ScopedClient) => tx.shelves.delete('s')
    expect(told(await meet(scene.pair, goes, add))).toBe('CONFLICT foreign_key bookId')
    expect(await ids('leaves')).toEqual([])
  })
})
