import { expect, test } from 'vitest'
import { JsonNull, type QueryOperand, type QueryPredicate, type Value } from '@proj/dbal-contract'
import { onEachLibrary } from './libraries.ts'
import {
  ADA,
  BOB,
  TRUE,
  book,
  compare,
  field,
  fill,
  ids,
  insert,
  list,
  literal,
  match,
  param,
  update,
} from './library.ts'

const not = (term: QueryPredicate): QueryPredicate => ({ kind: 'not', term })
const holds = (term: QueryPredicate): QueryPredicate => ({ kind: 'holds', term })
const json = (...path: (string | number)[]): QueryOperand => ({
  kind: 'jsonPath',
  field: book('meta'),
  path,
})

onEachLibrary((open) => {
  test('a comparison with NULL is unknown, and stays so under NOT', async () => {
    const store = await open()
    await fill(store)
    const some = compare(book('pages'), '>', param(0, 'integer'))
    expect(await ids(store, some, [15])).toEqual([3, 4])
    expect(await ids(store, not(some), [15])).toEqual([1])
    expect(await ids(store, not(holds(some)), [15])).toEqual([1, 2])
    expect(await ids(store, not(some), [null])).toEqual([])
    expect(await ids(store, some, [undefined])).toEqual([])
    expect(await ids(store, compare(book('pages'), '!=', literal(null)))).toEqual([])
    await store.close()
  })

  test('distinct is never unknown', async () => {
    const store = await open()
    await fill(store)
    const distinct: QueryPredicate = {
      kind: 'distinct',
      left: book('pages'),
      right: param(0, 'integer'),
    }
    expect(await ids(store, distinct, [10])).toEqual([2, 3, 4])
    expect(await ids(store, distinct, [null])).toEqual([1, 3, 4])
    await store.close()
  })

  test('lists of every length: none, few, more than placeholders, absent, with NULL', async () => {
    const store = await open()
    await fill(store)
    const within: QueryPredicate = { kind: 'in', left: book('id'), list: list(0, 'integer') }
    const many = Array.from({ length: 5000 }, (_, at) => at + 3)
    expect(await ids(store, within, [[]])).toEqual([])
    expect(await ids(store, not(within), [[]])).toEqual([1, 2, 3, 4])
    expect(await ids(store, within, [[1, 2, 9]])).toEqual([1, 2])
    expect(await ids(store, within, [many])).toEqual([3, 4])
    expect(await ids(store, not(within), [many])).toEqual([1, 2])
    expect(await ids(store, not(within), [undefined])).toEqual([])
    expect(await ids(store, not(within), [[1, null]])).toEqual([])
    const prices: QueryPredicate = { kind: 'in', left: book('price'), list: list(0, 'decimal') }
    expect(await ids(store, prices, [['2', '-0.50', '7.777']])).toEqual([1, 2])
    await store.close()
  })

  test('text search is literal, by code point, and folds ASCII only', async () => {
    const store = await open()
    await fill(store)
    const title = book('title')
    const found = async (op: Parameters<typeof match>[0], wanted: string, fold = false) =>
      ids(store, match(op, title, param(0, 'string'), fold), [wanted])
    expect(await found('contains', '_')).toEqual([1])
    expect(await found('contains', '%')).toEqual([2])
    expect(await found('startsWith', 'a')).toEqual([1, 3])
    expect(await found('startsWith', 'a', true)).toEqual([1, 2, 3])
    expect(await found('contains', 'é', true)).toEqual([])
    expect(await found('endsWith', '\\')).toEqual([4])
    expect(await found('endsWith', '')).toEqual([1, 2, 3, 4])
    expect(await found('endsWith', 'longer than the title')).toEqual([])
    expect(await found('like', 'a_b')).toEqual([1, 3])
    expect(await found('like', 'A_B', true)).toEqual([1, 2, 3])
    expect(await found('like', 'a\\_b')).toEqual([1])
    expect(await found('like', '%\\')).toEqual([4])
    expect(await found('like', '[a]%')).toEqual([])
    await store.close()
  })

  test('decimals compare exactly, whatever their sign and size', async () => {
    const store = await open()
    const fees = [
      '-123456789012345678.900000000000000001',
      '-0.000000000000000001',
      '0.000000000000000000',
      '0.000000000000000001',
      '123456789012345678.900000000000000001',
    ]
    await insert(store, 'Book', ...fees.map((fee, at) => ({ id: at, title: `t${at}`, fee })))
    const above = compare(book('fee'), '>', param(0, 'decimal'))
    for (const [at, fee] of fees.entries())
      expect(await ids(store, above, [fee])).toEqual([0, 1, 2, 3, 4].slice(at + 1))
    expect(await ids(store, above, ['123456789012345678.9'])).toEqual([4])
    await insert(store, 'Book', { id: 9, title: 'x', fee: '2.5', price: '2.50' })
    expect(await ids(store, compare(book('fee'), '=', book('price')))).toEqual([9])
    await store.close()
  })

  test('paths, EXISTS, counts and IN (SELECT …)', async () => {
    const store = await open()
    await fill(store)
    await insert(
      store,
      'Copy',
      { bookId: 1, number: 1, state: 'good' },
      { bookId: 1, number: 2, state: 'torn' },
    )
    const named = compare(book('name', 'author'), '=', param(0, 'string'))
    expect(await ids(store, named, ['Ada'])).toEqual([1, 2])
    expect(await ids(store, { kind: 'isNull', operand: book('name', 'author') })).toEqual([4])
    const where = compare(field('Copy', 'name', 'book', 'author'), '=', param(0, 'string'))
    expect(await ids(store, { kind: 'exists', relation: 'copies', where }, ['Ada'])).toEqual([1])
    const copies: QueryOperand = { kind: 'relationCount', relation: 'copies' }
    expect(await ids(store, compare(copies, '=', param(0, 'integer')), [2])).toEqual([1])
    const among: QueryPredicate = {
      kind: 'inSelect',
      left: book('editorId'),
      entity: 'Author',
      field: 'id',
      where: compare(field('Author', 'name'), '=', param(0, 'string')),
    }
    expect(await ids(store, among, ['Bob'])).toEqual([1, 3])
    expect(await ids(store, not(among), ['Bob'])).toEqual([])
    await store.close()
  })

  test('json: SQL NULL, JSON null, missing and typed leaves', async () => {
    const store = await open()
    const values: Value[] = [
      null,
      JsonNull,
      { a: null },
      { a: 'x' },
      { a: 1 },
      { a: true },
      [{ b: [1, 2] }],
    ]
    await insert(store, 'Book', ...values.map((meta, id) => ({ id, title: `t${id}`, meta })))
    expect(await ids(store, { kind: 'isNull', operand: book('meta') })).toEqual([0])
    expect(await ids(store, { kind: 'jsonNull', operand: book('meta') })).toEqual([1])
    expect(await ids(store, { kind: 'jsonNull', operand: json('a') })).toEqual([2])
    expect(await ids(store, { kind: 'isNull', operand: json('a') })).toEqual([0, 1, 6])
    expect(await ids(store, compare(json('a'), '=', param(0, 'text')), ['x'])).toEqual([3])
    expect(await ids(store, compare(json('a'), '=', param(0, 'float')), [1])).toEqual([4])
    expect(await ids(store, compare(json('a'), '=', param(0, 'boolean')), [true])).toEqual([5])
    expect(await ids(store, compare(json(0, 'b', 1), '>', literal(1)))).toEqual([6])
    expect(await ids(store, compare(json('a'), '=', param(0, 'json')), ['x'])).toEqual([3])
    const same = compare(book('meta'), '=', param(0, 'json'))
    expect(await ids(store, same, [[{ b: [1, 2] }]])).toEqual([6])
    await expect(ids(store, { kind: 'isNull', operand: json('a"b') })).rejects.toMatchObject({
      code: 'CAPABILITY_NOT_SUPPORTED',
    })
    await store.close()
  })

  test('what it can only be: constants are folded and chains may be long', async () => {
    const store = await open()
    await fill(store)
    const ever: QueryPredicate = { kind: 'or', terms: [TRUE, { kind: 'false' }] }
    expect(await ids(store, { kind: 'and', terms: [ever] })).toHaveLength(4)
    expect(await ids(store, { kind: 'or', terms: [] })).toEqual([])
    const terms = Array.from({ length: 3000 }, (_, at) => compare(book('id'), '=', literal(at)))
    expect(await ids(store, { kind: 'or', terms })).toEqual([1, 2, 3, 4])
    await store.close()
  })

  test('values of every type are found by equality and come back as they were', async () => {
    const store = await open()
    await fill(store)
    const values: Record<string, Value> = {
      weight: 0.1,
      sold: 9223372036854775807n,
      price: '0.30',
      lent: false,
      printedAt: new Date(-1),
      day: '2024-02-29',
      hour: '23:59:59.500',
      cover: new Uint8Array([0, 255]),
      blurb: `it's "quoted" \\ ; -- 😀`,
      code: 'abc',
      genre: 'essay',
      authorId: BOB,
    }
    for (const [name, value] of Object.entries(values)) {
      await update(store, 'Book', compare(book('id'), '=', literal(2)), { [name]: value })
      const { rows } = await store.run(
        {
          kind: 'select',
          entity: 'Book',
          fields: [name],
          where: compare(book(name), '=', param(0, book(name).type)),
          sort: [],
        },
        [value],
      )
      expect(rows.map((row) => row[name])).toContainEqual(value)
    }
    expect(await ids(store, compare(book('authorId'), '=', literal(ADA.toUpperCase())))).toEqual([
      1,
    ])
    await store.close()
  })
})
