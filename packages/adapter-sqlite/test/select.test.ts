import { expect, test } from 'vitest'
import type { ResultRow, SelectQuery } from '@proj/dbal-contract'
import { onEachLibrary } from './libraries.ts'
import {
  ADA,
  BOB,
  book,
  compare,
  field,
  fill,
  include,
  insert,
  literal,
  param,
  plain,
  read,
  select,
  sortBy,
} from './library.ts'

const idsOf = (rows: readonly ResultRow[]) => rows.map((row) => row['id'])

onEachLibrary((open) => {
  test('NULLs stand where the sort says, in either direction', async () => {
    const store = await open()
    await fill(store)
    const byPages = async (direction: 'asc' | 'desc', nulls: 'first' | 'last') =>
      idsOf(
        await read(store, 'Book', ['id'], {
          sort: [sortBy(book('pages'), { direction, nulls }), sortBy(book('id'))],
        }),
      )
    expect(await byPages('asc', 'last')).toEqual([1, 4, 3, 2])
    expect(await byPages('asc', 'first')).toEqual([2, 1, 4, 3])
    expect(await byPages('desc', 'last')).toEqual([3, 4, 1, 2])
    expect(await byPages('desc', 'first')).toEqual([2, 3, 4, 1])
    const byPrice = await read(store, 'Book', ['id'], { sort: [sortBy(book('price'))] })
    expect(idsOf(byPrice)).toEqual([1, 2, 3, 4])
    const byEditor = await read(store, 'Book', ['id'], {
      sort: [sortBy(book('name', 'author'), { direction: 'desc' }), sortBy(book('id'))],
    })
    expect(idsOf(byEditor)).toEqual([3, 1, 2, 4])
    await store.close()
  })

  test('pages: offset without limit, no rows at 0, none at all for NULL', async () => {
    const store = await open()
    await fill(store)
    const limit = param(0, 'integer')
    const offset = param(1, 'integer')
    expect(idsOf(await read(store, 'Book', ['id'], { offset }, [0, 3]))).toEqual([4])
    expect(idsOf(await read(store, 'Book', ['id'], { limit, offset }, [2, 1]))).toEqual([2, 3])
    expect(await read(store, 'Book', ['id'], { limit }, [0])).toEqual([])
    expect(await read(store, 'Book', ['id'], { limit }, [null])).toHaveLength(4)
    await store.close()
  })

  test('distinct keeps the first row by the sort', async () => {
    const store = await open()
    await fill(store)
    const sort = [sortBy(book('id'), { direction: 'desc' })]
    const rows = await read(store, 'Book', ['id'], { sort, distinct: ['authorId'] })
    expect(idsOf(rows)).toEqual([4, 3, 2])
    await store.close()
  })

  test('a masked field has no key in the rows it is hidden in', async () => {
    const store = await open()
    await fill(store)
    const masks = { title: compare(book('lent'), '=', literal(true)) }
    expect(await read(store, 'Book', ['title', 'id'], { masks })).toEqual([
      { title: 'a_b', id: 1 },
      { id: 2 },
      { id: 3 },
      { title: 'É\\', id: 4 },
    ])
    await store.close()
  })

  test('included rows stand under their parents in order, page by parent, nested', async () => {
    const store = await open()
    await fill(store)
    await insert(
      store,
      'Copy',
      ...[1, 2, 3].map((number) => ({ bookId: 1, number, state: `s${number}` })),
      { bookId: 3, number: 1, state: 'x' },
    )
    const copies = select('Copy', ['number'], {
      sort: [sortBy(field('Copy', 'number'), { direction: 'desc' })],
      limit: param(0, 'integer'),
      offset: param(1, 'integer'),
    })
    const books = select('Book', ['title'], {
      include: [include('copies', copies), include('editor', select('Author', ['name']))],
    })
    const query = select('Author', ['name'], {
      include: [include('books', books), include('edited', select('Book', []), 'count')],
    })
    const { rows } = await store.run(query, [2, 1])
    expect(rows.map(plain)).toEqual([
      {
        name: 'Ada',
        books: [
          { title: 'a_b', copies: [{ number: 2 }, { number: 1 }], editor: { name: 'Bob' } },
          { title: 'A%B', copies: [], editor: null },
        ],
        edited: 0,
      },
      { name: 'Bob', books: [{ title: 'aXb', copies: [], editor: { name: 'Bob' } }], edited: 2 },
    ])
    expect(rows.some((row) => 'constructor' in row)).toBe(false)
    await store.close()
  })

  test('more parents than a statement takes parameters', async () => {
    const store = await open()
    const nodes = Array.from({ length: 40_000 }, (_, id) => ({
      id,
      parentId: id === 0 ? null : id - 1,
    }))
    await insert(store, 'Node', ...nodes)
    const children = select('Node', ['id'])
    const query: SelectQuery = select('Node', ['id'], { include: [include('children', children)] })
    const { rows, count } = await store.run(query, [])
    expect(count).toBe(40_000)
    expect(plain(rows[39_998] ?? {})).toEqual({ id: 39_998, children: [{ id: 39_999 }] })
    await store.close()
  })

  test('a stored value that does not fit its type is reported, without the value', async () => {
    const store = await open({ url: ':memory:' })
    await fill(store)
    await store.schema?.apply([
      'PRAGMA ignore_check_constraints = ON',
      `UPDATE "books" SET "genre" = 'secret' WHERE "id" = 1`,
    ])
    await expect(read(store, 'Book', ['id', 'genre'])).rejects.toMatchObject({
      code: 'DATA_CORRUPT',
      details: { fields: [{ field: 'genre', error: 'does not fit its type' }] },
    })
    await store.close()
  })

  test('explain shows every statement', async () => {
    const store = await open()
    const query = select('Author', ['name'], {
      where: compare(field('Author', 'id'), '=', param(0, 'uuid')),
      include: [include('books', select('Book', ['title']))],
    })
    expect(store.explain?.(query)).toEqual([
      'SELECT "t0"."name", "t0"."id" FROM "authors" "t0" WHERE "t0"."id" = ?',
      'SELECT "t0"."title", "t0"."author_id" FROM "books" "t0" WHERE "t0"."author_id" IN (?) ORDER BY "t0"."id"',
    ])
    expect((await store.run(query, [ADA])).count + (await store.run(query, [BOB])).count).toBe(0)
    await store.close()
  })
})
