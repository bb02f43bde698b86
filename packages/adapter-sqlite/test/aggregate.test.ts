import { expect, test } from 'vitest'
import type { AggregateQuery, AggregateTerm, Params } from '@proj/dbal-contract'
import type { FieldType } from '@proj/dbal-schema'
import { onEachLibrary } from './libraries.ts'
import { TRUE, book, compare, fill, insert, param, plain, sortBy } from './library.ts'

const NONE: AggregateQuery = {
  kind: 'aggregate',
  entity: 'Book',
  where: TRUE,
  groupBy: [],
  terms: [],
  sort: [],
}

const term = (name: AggregateTerm['function'], field?: string): AggregateTerm =>
  field === undefined
    ? { function: name, as: name }
    : { function: name, field, as: `${name}_${field}` }

const named = (field: string, type: FieldType) =>
  ({ kind: 'field', path: [], field, type }) as const

onEachLibrary((open) => {
  const run = async (
    store: Awaited<ReturnType<typeof open>>,
    query: Partial<AggregateQuery>,
    params: Params = [],
  ) => (await store.run({ ...NONE, ...query }, params)).rows.map(plain)

  test('sums keep their type and are exact; averages are floats, of decimals decimals', async () => {
    const store = await open()
    await fill(store)
    const terms = [
      term('count'),
      term('count', 'pages'),
      term('sum', 'pages'),
      term('avg', 'pages'),
      term('min', 'title'),
      term('max', 'price'),
      term('min', 'price'),
      term('sum', 'price'),
      term('avg', 'price'),
      term('sum', 'sold'),
    ]
    expect(await run(store, { terms })).toEqual([
      {
        count: 4,
        count_pages: 3,
        sum_pages: 60,
        avg_pages: 20,
        min_title: 'A%B',
        max_price: '10.25',
        min_price: '-0.50',
        sum_price: '11.75',
        avg_price: '3.92',
        sum_sold: 9007199254740998n,
      },
    ])
    await store.close()
  })

  test('over nothing: NULL, and a count of 0', async () => {
    const store = await open()
    const terms = [term('count'), term('sum', 'price'), term('avg', 'pages'), term('max', 'sold')]
    expect(await run(store, { terms })).toEqual([
      { count: 0, sum_price: null, avg_pages: null, max_sold: null },
    ])
    await store.close()
  })

  test('a sum out of range is an error, a subtotal out of range is not', async () => {
    const store = await open()
    const most = 9223372036854775807n
    await insert(store, 'Book', ...[most, 1n].map((stamp, id) => ({ id, title: `t${id}`, stamp })))
    await expect(run(store, { terms: [term('sum', 'stamp')] })).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      details: { fields: [{ field: 'stamp', error: 'has a sum that is out of range' }] },
    })
    await insert(store, 'Book', { id: 5, title: 't5', stamp: -most })
    expect(await run(store, { terms: [term('sum', 'stamp')] })).toEqual([{ sum_stamp: 1n }])
    await store.close()
  })

  test('groups by their fields, NULL a group of its own; having, sort and page by terms', async () => {
    const store = await open()
    await fill(store)
    const groupBy = ['lent']
    const sort = [
      sortBy(named('sum_price', 'decimal'), { direction: 'desc' }),
      sortBy(book('lent')),
    ]
    const terms = [term('sum', 'price'), term('count')]
    expect(await run(store, { groupBy, terms, sort })).toEqual([
      { lent: null, sum_price: '10.25', count: 1 },
      { lent: false, sum_price: '2.00', count: 1 },
      { lent: true, sum_price: '-0.50', count: 2 },
    ])
    const having = compare(named('sum_price', 'decimal'), '<', param(0, 'decimal'))
    const limit = param(1, 'integer')
    expect(await run(store, { groupBy, terms, sort, having, limit }, ['10.2', 1])).toEqual([
      { lent: false, sum_price: '2.00', count: 1 },
    ])
    const many = compare(named('count', 'integer'), '>', param(0, 'integer'))
    expect(
      await run(store, { groupBy, terms, sort: [sortBy(book('lent'))], having: many }, [1]),
    ).toEqual([{ lent: true, sum_price: '-0.50', count: 2 }])
    await store.close()
  })

  test('a function that is not for the type is refused', async () => {
    const store = await open()
    for (const [name, field] of [
      ['sum', 'title'],
      ['min', 'lent'],
      ['max', 'meta'],
    ] as const)
      await expect(run(store, { terms: [term(name, field)] })).rejects.toMatchObject({
        code: 'VALIDATION_ERROR',
        details: { fields: [{ field }] },
      })
    await store.close()
  })
})
