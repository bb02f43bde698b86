// A call is about what it was given when it was made, whatever becomes of those objects afterwards.
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { ScopedClient } from '../src/index.ts'
import { ADAPTERS, openShop } from './open-shop.ts'

const ITEM = '00000000-0000-4000-8000-0000000000a1'
const OTHER = '00000000-0000-4000-8000-0000000000a2'
const ANN = '00000000-0000-4000-8000-00000000000a'
const REVIEW = '00000000-0000-4000-8000-0000000000b1'
const NOW = new Date('2025-01-02T03:04:05.000Z')

type Given = Record<string, unknown>
type Answer = Promise<unknown>

const item = (id: string, sku: string): Given => ({
  id,
  sku,
  tags: { a: [1, { b: [2] }] },
  photo: new Uint8Array([1, 2, 3]),
})

/** Each makes its input anew and hands it over; `keep` notes what the test then changes. */
const CALLS: Readonly<Record<string, (client: ScopedClient, keep: Keep) => Answer>> = {
  create: (client, keep) => client.items.create(keep(item(OTHER, 'made'))),
  'create over a relation': (client, keep) =>
    client.items.create(
      keep({ ...item(OTHER, 'made'), reviews: { create: [{ id: ITEM, stars: 1 }] } }),
    ),
  createMany: (client, keep) => client.items.createMany(keep([item(OTHER, 'made')])),
  update: (client, keep) => client.items.update(keep({ id: ITEM }), keep({ tags: [[1]] })),
  'update over a relation': (client, keep) =>
    client.items.update(keep({ id: ITEM }), keep({ reviews: { set: [{ id: REVIEW }] } })),
  updateMany: (client, keep) =>
    client.items.updateMany(keep({ sku: { in: ['lamp'] } }), keep({ stock: { increment: 2 } })),
  upsert: (client, keep) =>
    client.items.upsert(
      keep({ where: { sku: 'lamp' }, create: item(OTHER, 'made'), update: { tags: { x: [1] } } }),
    ),
  delete: (client, keep) => client.reviews.delete(keep({ id: REVIEW })),
  deleteMany: (client, keep) => client.reviews.deleteMany(keep({ stars: { in: [4, 5] } })),
  read: (client, keep) =>
    client.items.read(keep({ id: ITEM }), keep({ select: ['sku'], include: { reviews: true } })),
  list: (client, keep) =>
    client.items.list(
      keep({
        filter: { OR: [{ sku: 'lamp' }, { NOT: { stock: { gt: 9 } } }] },
        sort: [{ sku: 'asc' }],
      }),
    ),
  search: (client, keep) => client.items.search(keep({ query: 'lamp', select: ['sku'] })),
  count: (client, keep) => client.items.count(keep({ filter: { sku: { nin: ['pen'] } } })),
  aggregate: (client, keep) =>
    client.items.aggregate(keep({ groupBy: ['sku'], sum: ['stock'], sort: [{ sku: 'desc' }] })),
  find: (client, keep) => client.items.find(keep({ filter: { sku: 'lamp' } })),
  exists: (client, keep) => client.items.exists(keep({ filter: { sku: 'pen' } })),
  iterate: async (client, keep) => {
    const rows = client.items.iterate(keep({ filter: { sku: { in: ['lamp', 'pen'] } }, limit: 1 }))
    keep.now()
    const all: unknown[] = []
    for await (const row of rows as AsyncIterable<unknown>) all.push(row)
    return all
  },
  subscribe: async (client, keep) => {
    const live = client.items.subscribe(
      keep({ filter: { sku: { in: ['lamp'] } }, select: ['sku'] }),
    ) as AsyncIterableIterator<unknown>
    keep.now()
    const { value } = (await live.next()) as { value: { rows: unknown } }
    await live.return?.()
    return value.rows
  },
  call: (client, keep) =>
    client.call(keep({ entity: 'Item', action: 'list', input: { filter: { sku: 'lamp' } } })),
  batch: (client, keep) =>
    client.batch(
      keep([
        { entity: 'Item', action: 'create', input: item(OTHER, 'made') },
        { entity: 'Item', action: 'list', input: { filter: { sku: { in: ['made'] } } } },
      ]),
    ),
  'a call of a transaction': (client, keep) =>
    client.transaction(async (tx) => {
      const listed = tx.items.list(keep({ filter: { sku: { in: ['lamp'] } } }))
      const made = tx.items.create(keep(item(OTHER, 'made')))
      keep.now()
      return [await listed, await made]
    }),
  explain: async (client, keep) => {
    const input = { filter: { sku: 'lamp' } }
    const explained = client.explain(keep({ entity: 'Item', action: 'list', input }))
    keep.now()
    return (await explained).statements
  },
}

interface Keep {
  <T>(given: T): T
  now(): void
}

function keeper(change: (given: unknown) => void): Keep {
  const kept: unknown[] = []
  const keep = <T>(given: T): T => {
    kept.push(given)
    return given
  }
  return Object.assign(keep, { now: () => kept.splice(0).forEach(change) })
}

/** Every part of it at every depth, in one of the ways that change what is read. */
function spoil(given: unknown, way: 'replace' | 'remove' | 'add'): void {
  if (typeof given !== 'object' || given === null) return
  if (given instanceof Uint8Array) given.fill(9)
  else if (Array.isArray(given)) {
    for (const part of given) spoil(part, way)
    if (way === 'remove') given.length = 0
    else if (way === 'replace') given.fill('spoilt')
    else given.push('spoilt', undefined)
  } else {
    const parts = given as Given
    for (const name of Object.keys(parts)) {
      spoil(parts[name], way)
      if (way === 'remove') delete parts[name]
      else if (way === 'replace') parts[name] = 'spoilt'
    }
    if (way === 'add') parts['spoilt'] = 'spoilt'
  }
}

async function play(
  adapter: (typeof ADAPTERS)[number],
  name: string,
  change: (given: unknown) => void,
): Promise<unknown> {
  const { client, system } = await openShop(adapter, { now: () => NOW })
  await system.items.createMany([
    { id: ITEM, sku: 'lamp', stock: 3 },
    { id: ANN, sku: 'pen', stock: 5 },
  ])
  await system.reviews.create({ id: REVIEW, itemId: ITEM, stars: 5 })
  const keep = keeper(change)
  const call = CALLS[name]?.(system, keep)
  keep.now()
  const answer = await call
  const stored = [
    await system.items.list({}),
    await system.reviews.list({ select: ['id', 'stars'] }),
  ]
  await client.close()
  return { answer, stored }
}

describe.each(ADAPTERS)('OP-3 on %s', (adapter) => {
  it.each(Object.keys(CALLS))('%s reads its input before it waits', async (name) => {
    const expected = await play(adapter, name, () => undefined)
    for (const way of ['replace', 'remove', 'add'] as const)
      expect(await play(adapter, name, (given) => spoil(given, way))).toEqual(expected)
  })

  it('holds for filters of any form', async () => {
    const { client, system } = await openShop(adapter)
    await system.items.createMany([...'abcdef'].map((sku, i) => ({ sku, stock: i })))
    const leaf = fc.oneof(
      fc.record({ sku: fc.constantFrom(...'abcdef') }),
      fc.record({ stock: fc.record({ in: fc.array(fc.nat(5), { maxLength: 4 }) }) }),
      fc.record({ stock: fc.record({ gte: fc.nat(5), lt: fc.nat(5) }) }),
    )
    const { filter } = fc.letrec<{ filter: Given }>((tie) => ({
      filter: fc.oneof(
        { maxDepth: 3 },
        leaf as fc.Arbitrary<Given>,
        fc.record({ AND: fc.array(tie('filter'), { maxLength: 3 }) }),
        fc.record({ OR: fc.array(tie('filter'), { maxLength: 3 }), NOT: tie('filter') }),
      ),
    }))
    const way = fc.constantFrom('replace', 'remove', 'add')
    const property = fc.asyncProperty(filter, way, async (asked, how) => {
      const expected = await system.items.count({ filter: asked })
      const counted = client.system().items.count({ filter: asked })
      spoil(asked, how)
      expect(await counted).toBe(expected)
    })
    await fc.assert(property, { numRuns: 60 })
    await client.close()
  })
})

const holed = (before: readonly unknown[], after: readonly unknown[] = []): unknown[] =>
  [...before].concat(Array(1), after)

const HOLES: Readonly<
  Record<string, readonly [act: (client: ScopedClient) => Answer, field: string]>
> = {
  'a set': [
    (client) => client.items.update(ITEM, { reviews: { set: holed([]) } }),
    'reviews.set[0]',
  ],
  'a connect': [
    (client) => client.items.update(ITEM, { reviews: { connect: holed([]) } }),
    'reviews.connect[0]',
  ],
  'a create': [
    (client) => client.items.create({ sku: 'x', reviews: { create: holed([{ stars: 1 }]) } }),
    'reviews.create[1]',
  ],
  'an in': [
    (client) => client.items.list({ filter: { stock: { in: holed([1], [2]) } } }),
    'filter.stock.in[1]',
  ],
  'a nin': [
    (client) => client.items.count({ filter: { stock: { nin: Array(3) } } }),
    'filter.stock.nin[0]',
  ],
  'an in that folds case': [
    (client) => client.items.count({ filter: { sku: { in: holed([]), mode: 'insensitive' } } }),
    'filter.sku.in[0]',
  ],
  'a between': [
    (client) => client.items.count({ filter: { stock: { between: holed([1]) } } }),
    'filter.stock.between[1]',
  ],
  'an OR': [
    (client) => client.items.count({ filter: { OR: holed([{ sku: 'a' }]) } }),
    'filter.OR[1]',
  ],
  'a json path': [
    (client) => client.items.count({ filter: { tags: { path: holed(['a'], ['b']), equals: 1 } } }),
    'filter.tags.path',
  ],
  'a json value': [(client) => client.items.create({ sku: 'x', tags: holed([1], [2]) }), 'tags'],
  'a sort': [(client) => client.items.list({ sort: holed([{ sku: 'asc' }]) }), 'sort[1]'],
  'a select': [(client) => client.items.list({ select: holed(['sku']) }), 'select[1]'],
  items: [(client) => client.items.createMany(holed([{ sku: 'x' }])), 'items[1]'],
}

test.each(Object.entries(HOLES))(
  '%s with a hole is refused as one with undefined',
  async (_, [act, field]) => {
    const { client, system } = await openShop('memory')
    await system.items.create({ id: ITEM, sku: 'lamp' })
    await expect(act(system)).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      details: { fields: expect.arrayContaining([expect.objectContaining({ field })]) },
    })
    await client.close()
  },
)

const repeated = <T>(item: T, length: number): T[] => Array.from({ length }, () => item)

const HUGE: Readonly<Record<string, (client: ScopedClient, length: number) => Answer>> = {
  'a set': (client, length) => client.items.update(ITEM, { reviews: { set: Array(length) } }),
  'an AND': (client, length) => client.items.list({ filter: { AND: Array(length) } }),
  'an AND of empty filters': (client, length) =>
    client.items.list({ filter: { AND: repeated({}, Math.min(length, 1e5)) } }),
  'an in': (client, length) => client.items.list({ filter: { stock: { in: Array(length) } } }),
  'a sort': (client, length) => client.items.list({ sort: Array(length) }),
  'a sort by one field': (client) => client.items.list({ sort: repeated({ sku: 'asc' }, 11) }),
  'a sort of groups by one field': (client) =>
    client.items.aggregate({ groupBy: ['sku'], sort: repeated({ sku: 'asc' }, 1e5) }),
  items: (client, length) => client.items.createMany(Array(length)),
}

test.each(Object.entries(HUGE))('%s beyond its bound is refused in few words', async (_, act) => {
  const { client, system } = await openShop('memory')
  await system.items.create({ id: ITEM, sku: 'lamp' })
  for (const length of [20_000, 4_000_000_000]) {
    const error = (await act(system, length).catch((thrown: unknown) => thrown)) as {
      code: string
      details: { fields: unknown[] }
    }
    expect(error.code).toBe('VALIDATION_ERROR')
    expect(error.details.fields.length).toBeLessThan(600)
  }
  await client.close()
})

test('a circle in the input is refused', async () => {
  const { client, system } = await openShop('memory')
  const circle: Given = { sku: 'lamp' }
  circle['AND'] = [circle]
  await expect(system.items.list({ filter: circle })).rejects.toMatchObject({
    code: 'VALIDATION_ERROR',
  })
  circle['tags'] = circle
  await expect(system.items.create({ sku: 'x', tags: circle })).rejects.toMatchObject({
    code: 'VALIDATION_ERROR',
  })
  await client.close()
})

test('a row that was answered may be sent again', async () => {
  const { client, admin } = await openShop('sqlite')
  const made = (await admin.items.create({ sku: 'a', cost: '1.5', tags: { a: [1] } })) as Row
  const found = (await admin.items.read(made['id'], { select: ['sku', 'tags'] })) as Row
  await admin.items.delete(made['id'])
  const again = (await admin.items.create(found)) as Row
  expect(again).toMatchObject({ sku: 'a', tags: { a: [1] } })
  const named = (await admin.items.read(again['id'], { select: ['sku'] })) as Row
  expect(await admin.items.count({ filter: named })).toBe(1)
  await client.close()
})

type Row = Readonly<Record<string, unknown>>
