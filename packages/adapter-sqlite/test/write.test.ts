import { expect, test } from 'vitest'
import type { DBALError, Value } from '@proj/dbal-contract'
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
  literal,
  param,
  plain,
  read,
  remove,
  update,
} from './library.ts'

const byId = (id: number) => compare(book('id'), '=', literal(id))

/** What a caller may learn of an error. */
async function failure(work: Promise<unknown>) {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown as DBALError,
  )
  const { conflict, index } = error?.details ?? {}
  const fields = error?.details?.fields?.map((one) => one.field)
  return [error?.code, ...(conflict === undefined ? [] : [conflict]), fields, index].filter(
    (part) => part !== undefined,
  )
}

onEachLibrary((open) => {
  test('all rows of an insert are stored or none, and the failing one is named', async () => {
    const store = await open()
    const rows = Array.from({ length: 150 }, (_, id) => ({ id, title: `t${id}` }))
    expect(await insert(store, 'Book', ...rows)).toEqual({ rows: [], count: 150 })
    const more = Array.from({ length: 130 }, (_, at) => ({ id: 1000 + at, title: 'm' }))
    const twice = [...more, { id: 149, title: 'again' }]
    expect(await failure(insert(store, 'Book', ...twice))).toEqual([
      'CONFLICT',
      'unique',
      ['id'],
      130,
    ])
    const late = [...more.slice(0, 70), { id: 7, title: 'again' }, ...more.slice(70)]
    expect(await failure(insert(store, 'Book', ...late))).toEqual([
      'CONFLICT',
      'unique',
      ['id'],
      70,
    ])
    expect(await ids(store, TRUE)).toHaveLength(150)
    expect((await store.run({ kind: 'insert', entity: 'Book', fields: ['id'] }, [])).count).toBe(0)
    await store.close()
  })

  test('rows of one insert may refer to each other', async () => {
    const store = await open()
    const nodes = [
      { id: 1, parentId: 3 },
      { id: 2, parentId: 1 },
      { id: 3, parentId: null },
    ]
    expect((await insert(store, 'Node', ...nodes)).count).toBe(3)
    await store.close()
  })

  test('broken constraints name the fields of the entity', async () => {
    const store = await open()
    await fill(store)
    const one = { id: 9, title: 't' }
    const code = { code: 'abc', lent: true }
    await insert(store, 'Book', { ...one, ...code })
    const cases: [Promise<unknown>, unknown[]][] = [
      [insert(store, 'Book', one), ['CONFLICT', 'unique', ['id']]],
      [
        update(store, 'Book', byId(2), { title: 'a_b' }),
        ['CONFLICT', 'unique', ['authorId', 'title']],
      ],
      [insert(store, 'Book', { ...one, ...code, id: 10 }), ['CONFLICT', 'unique', ['code']]],
      [
        insert(store, 'Book', { ...one, id: 11, authorId: ADA, editorId: ADA.replace('a', 'c') }),
        ['CONFLICT', 'foreign_key', ['editorId']],
      ],
      [
        update(store, 'Book', byId(1), { authorId: ADA.replace('a', 'c') }),
        ['CONFLICT', 'foreign_key', ['authorId']],
      ],
      [
        remove(store, 'Author', compare(field('Author', 'id'), '=', literal(ADA))),
        ['CONFLICT', 'foreign_key', ['id']],
      ],
      [update(store, 'Book', byId(1), { title: null }), ['VALIDATION_ERROR', ['title']]],
      [update(store, 'Book', byId(1), { sold: -1n }), ['VALIDATION_ERROR', ['sold']]],
      [update(store, 'Book', byId(1), { genre: 'poem' }), ['VALIDATION_ERROR', ['genre']]],
      [update(store, 'Book', byId(1), { pages: 'many' }), ['VALIDATION_ERROR', ['pages']]],
    ]
    for (const [work, expected] of cases) expect(await failure(work)).toEqual(expected)
    await store.close()
  })

  test('errors hold neither SQL nor values', async () => {
    const store = await open()
    await fill(store)
    const error = await insert(store, 'Author', {
      id: ADA,
      name: 'canary-name',
      email: 'ada@example.com',
    }).catch((thrown: unknown) => thrown as DBALError)
    expect(JSON.stringify(error)).not.toMatch(/canary|example|INSERT|authors|UNIQUE/)
    await store.close()
  })

  test('update counts matched rows and answers them as they are, by primary key', async () => {
    const store = await open()
    await fill(store)
    expect(await update(store, 'Book', TRUE, { lent: true })).toEqual({ rows: [], count: 4 })
    const again = await update(store, 'Book', TRUE, { lent: true }, 'set', ['id', 'lent'])
    expect(again.count).toBe(4)
    expect(again.rows.map((row) => row['id'])).toEqual([1, 2, 3, 4])
    const moved = await store.run(
      {
        kind: 'update',
        entity: 'Book',
        set: [
          { field: 'pages', kind: 'set', value: book('id') },
          { field: 'id', kind: 'set', value: param(0, 'integer') },
        ],
        where: byId(3),
        returning: ['id', 'pages'],
      },
      [30],
    )
    expect(moved.rows.map(plain)).toEqual([{ id: 30, pages: 3 }])
    await store.close()
  })

  test('add is exact and never leaves the type', async () => {
    const store = await open()
    await fill(store)
    const sum = async (name: string, old: Value, operand: Value): Promise<unknown> => {
      await update(store, 'Book', byId(2), { [name]: old })
      const { rows } = await update(store, 'Book', byId(2), { [name]: operand }, 'add', [name])
      return rows[0]?.[name]
    }
    const decimals: [string, string, string][] = [
      ['1.50', '2.75', '4.25'],
      ['2.00', '-0.50', '1.50'],
      ['-2.00', '0.50', '-1.50'],
      ['0.50', '-0.75', '-0.25'],
      ['-0.25', '0.25', '0.00'],
      ['-1.99', '-0.01', '-2.00'],
      ['9999999999.98', '0.01', '9999999999.99'],
    ]
    for (const [a, b, expected] of decimals) expect(await sum('price', a, b)).toBe(expected)
    expect(await sum('fee', '999999999999999999.999999999999999998', '0.000000000000000001')).toBe(
      '999999999999999999.999999999999999999',
    )
    expect(await sum('sold', 9223372036854775800n, 7n)).toBe(9223372036854775807n)
    expect(await sum('pages', 2147483640, 7)).toBe(2147483647)
    expect(await sum('weight', 0.5, 0.25)).toBe(0.75)
    expect(await sum('weight', null, 1)).toBeNull()
    const overflows: [string, Value, Value][] = [
      ['sold', 9223372036854775807n, 1n],
      ['pages', 2147483647, 1],
      ['weight', 1.7e308, 1.7e308],
      ['price', '9999999999.99', '0.01'],
      ['price', '-9999999999.99', '-0.01'],
    ]
    for (const [name, a, b] of overflows)
      expect(await failure(sum(name, a, b))).toEqual(['VALIDATION_ERROR', [name]])
    await store.close()
  })

  test('advance moves a moment on, at least by a millisecond', async () => {
    const store = await open()
    await fill(store)
    const advance = async (old: Value, now: Value, name = 'printedAt'): Promise<unknown> => {
      await update(store, 'Book', byId(1), { [name]: old })
      const { rows } = await update(store, 'Book', byId(1), { [name]: now }, 'advance', [name])
      return rows[0]?.[name]
    }
    const at = (ms: number) => new Date(1_700_000_000_000 + ms)
    expect(await advance(null, at(0))).toEqual(at(0))
    expect(await advance(at(0), at(5))).toEqual(at(5))
    expect(await advance(at(9), at(9))).toEqual(at(10))
    expect(await advance(at(999), at(0))).toEqual(at(1000))
    expect(await advance(new Date(-1), new Date(-5))).toEqual(new Date(0))
    expect(await advance(7n, 3n, 'stamp')).toBe(8n)
    for (let ms = 0; ms < 1000; ms += 37) expect(await advance(at(ms), at(0))).toEqual(at(ms + 1))
    await store.close()
  })

  test('delete answers what was there, cascades, and counts rows that cascades took first', async () => {
    const store = await open()
    await fill(store)
    await insert(store, 'Copy', { bookId: 1, number: 1, state: 'good' })
    const gone = await remove(store, 'Book', byId(1), ['id', 'title'])
    expect(gone.rows.map(plain)).toEqual([{ id: 1, title: 'a_b' }])
    expect(await read(store, 'Copy', ['number'])).toEqual([])
    await remove(store, 'Book', compare(book('authorId'), '=', literal(BOB)))
    expect(
      (await remove(store, 'Author', compare(field('Author', 'id'), '=', literal(BOB)))).count,
    ).toBe(1)
    await insert(
      store,
      'Node',
      { id: 1, parentId: null },
      { id: 2, parentId: 1 },
      { id: 3, parentId: 2 },
    )
    expect((await remove(store, 'Node', TRUE)).count).toBe(3)
    await store.close()
  })

  test('defaults of fields that an insert leaves out', async () => {
    const store = await open()
    await fill(store)
    await store.run({ kind: 'insert', entity: 'Copy', fields: ['bookId', 'number'] }, [1, 1])
    expect(await read(store, 'Copy', ['state'])).toEqual([{ state: 'good' }])
    expect(await read(store, 'Book', ['genre'], { where: byId(1) })).toEqual([{ genre: 'novel' }])
    await store.close()
  })
})
