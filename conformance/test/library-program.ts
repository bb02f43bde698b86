// A lending library: exact numbers, dates, bytes, json, composite keys, names that are words of SQL,
// a cycle of foreign keys, many-to-many relations, fences between tenants.
import type { DBALClient } from '@proj/dbal'
import type { Notes, Step } from '../src/index.ts'

const TENANT = '00000000-0000-4000-8000-0000000000aa'
const OTHER = '00000000-0000-4000-8000-0000000000bb'
const MANAGER = '00000000-0000-4000-8000-000000000001'
const ISBN = ['9780000000001', '9780000000002', '9780000000003', '9790000000004']

const manager = (client: DBALClient) =>
  client.as({
    user: { id: MANAGER, role: 'manager', tenantId: TENANT },
    context: { tenantId: TENANT },
  })
const id = (notes: Notes, name: string): string => (notes.get(name) as { id: string }).id
const keep = async (notes: Notes, name: string, made: Promise<unknown>): Promise<unknown> => {
  const value = await made
  notes.set(name, value)
  return value
}

export const libraryProgram: readonly Step[] = [
  {
    name: '1 a branch with hours and a plan',
    run: (c, n) =>
      keep(
        n,
        'branch',
        c.system().branches.create({
          tenantId: TENANT,
          code: 'N',
          name: 'North',
          closesAt: '20:30:00',
          floorPlan: { rooms: [{ name: 'Hall', seats: 12 }], lift: null },
        }),
      ),
  },
  {
    name: '2 hours that make no sense',
    run: (c) =>
      c.system().branches.create({ tenantId: TENANT, code: 'X', name: 'X', opensAt: '19:00:00' }),
  },
  {
    name: '3 the manager',
    run: (c, n) =>
      c.system().members.create({
        id: MANAGER,
        cardNumber: 'AA000001',
        email: 'm@example.com',
        role: 'manager',
        fullName: 'Mara',
        homeBranchId: id(n, 'branch'),
        birthDate: '1980-02-29',
        joinedOn: '2026-01-01',
        balance: '-12.5',
        preferences: { z: 1, a: [true, null] },
        photo: new Uint8Array([0, 255, 10, 13]),
      }),
  },
  {
    name: '4 titles, one with a sequel',
    run: (c) =>
      c.system().titles.createMany([
        {
          isbn: ISBN[0],
          name: 'Alpha',
          listPrice: '10.10',
          publishedOn: '1999-12-31',
          pages: 300,
          rating: 4.5,
          lifetimeLoans: 9007199254740993n,
        },
        {
          isbn: ISBN[1],
          name: 'beta',
          listPrice: '0.20',
          publishedOn: '1600-01-01',
          pages: 30,
          sequelOf: ISBN[0],
        },
        { isbn: ISBN[2], name: 'Ärger', listPrice: '10.09', rating: 3, lifetimeLoans: -0 },
        {
          isbn: ISBN[3],
          name: '100% _ \\ "quotes" \u{1F600}',
          abstract: 'line\nbreak',
          subjects: ['x', { y: 1.5 }],
        },
      ]),
  },
  {
    name: '5 by code point',
    run: async (c) =>
      (await c.titles.list({ sort: { name: 'asc' }, select: ['name', 'publishedOn', 'listPrice'] }))
        .data,
  },
  {
    name: '6 by price, exactly',
    run: async (c) =>
      (
        await c.titles.list({
          filter: { listPrice: { gt: '0.20', lte: '10.1' } },
          sort: { listPrice: 'desc' },
          select: ['listPrice', 'lifetimeLoans'],
        })
      ).data,
  },
  {
    name: '7 sums, averages, bounds',
    run: (c) =>
      c.titles.aggregate({
        count: true,
        sum: ['listPrice', 'lifetimeLoans', 'pages'],
        avg: ['listPrice', 'pages', 'rating'],
        min: ['publishedOn', 'listPrice'],
        max: ['name', 'rating', 'listPrice'],
      }),
  },
  {
    name: '8 sums of nothing',
    run: (c) =>
      c.titles.aggregate({
        filter: { pages: 7 },
        count: true,
        sum: ['listPrice'],
        avg: ['rating'],
      }),
  },
  {
    name: '9 text that looks like a pattern',
    run: async (c) => [
      (await c.titles.list({ filter: { name: { contains: '%' } }, select: ['isbn'] })).data.length,
      (await c.titles.list({ filter: { name: { contains: '_ \\' } }, select: ['isbn'] })).data
        .length,
      (await c.titles.list({ filter: { name: { startsWith: 'B' } }, select: ['isbn'] })).data
        .length,
      (
        await c.titles.list({
          filter: { name: { startsWith: 'B', mode: 'insensitive' } },
          select: ['isbn'],
        })
      ).data.length,
      (
        await c.titles.list({
          filter: { name: { contains: 'ärg', mode: 'insensitive' } },
          select: ['isbn'],
        })
      ).data.length,
      (await c.titles.list({ filter: { name: { endsWith: '\u{1F600}' } }, select: ['isbn'] })).data
        .length,
      (await c.titles.list({ filter: { name: { like: '_lp%' } }, select: ['isbn'] })).data.length,
    ],
  },
  {
    name: '10 nothing, null and all',
    run: async (c) => [
      await c.titles.count({ filter: { isbn: { in: [] } } }),
      await c.titles.count({ filter: { isbn: { nin: [] } } }),
      await c.titles.count({ filter: { pages: { ne: 30 } } }),
      await c.titles.count({ filter: { pages: { isDistinct: 30 } } }),
      await c.titles.count({ filter: { NOT: { pages: { gt: 100 } } } }),
      await c.titles.count({ filter: { pages: null } }),
      await c.titles.count({ filter: { OR: [] } }),
      await c.titles.count({ filter: { AND: [] } }),
      await c.titles.count({ filter: { publishedOn: { between: ['1600-01-01', '1999-12-31'] } } }),
    ],
  },
  {
    name: '11 inside json',
    run: async (c) => [
      await c.branches.count({ filter: { floorPlan: { path: ['rooms', 0, 'seats'], gte: 12 } } }),
      await c.branches.count({
        filter: { floorPlan: { path: ['rooms', 0, 'name'], equals: 'Hall' } },
      }),
      await c.titles.count({ filter: { subjects: { path: [1, 'y'], equals: 1.5 } } }),
      await c.titles.count({ filter: { subjects: null } }),
    ],
  },
  {
    name: '12 authors, in their order',
    run: async (c, n) => {
      const buyer = c.system()
      for (const [order, name] of ['Ada', 'Bob'].entries()) {
        const author = await buyer.authors.create({ name, born: '1900-01-01' })
        n.set(name, author)
        await buyer.authorships.create({
          isbn: ISBN[0],
          authorId: author.id,
          as: order === 0 ? 'author' : 'translator',
          order,
        })
      }
      return c.titles.read(ISBN[0], {
        select: ['name'],
        include: {
          authorships: {
            sort: { order: 'desc' },
            select: ['as', 'order'],
            include: { author: { select: ['name'] } },
          },
          sequels: { select: ['isbn'] },
          copies: { count: true },
        },
      })
    },
  },
  {
    name: '13 a place on the title page is taken once',
    run: (c, n) =>
      c
        .system()
        .authorships.create({ isbn: ISBN[0], authorId: id(n, 'Bob'), as: 'editor', order: 0 }),
  },
  {
    name: '14 a composite key',
    run: (c, n) => c.authorships.read({ isbn: ISBN[0], authorId: id(n, 'Ada'), as: 'author' }),
  },
  {
    name: '15 words of SQL as names',
    run: async (c) => {
      await c.system().selects.create({
        isbn: ISBN[0],
        from: '2026-01-01',
        until: '2026-01-31',
        case: "it's; --",
      })
      return c.selects.list({
        filter: { from: { lte: '2026-01-01' }, case: { contains: "'s; --" } },
        sort: { order: 'asc' },
      })
    },
  },
  {
    name: '16 a department before its head',
    run: async (c, n) => {
      const root = c.system()
      await root.departments.create({ id: 1, name: 'Desk' })
      const mara = await root.staff.create({
        memberId: MANAGER,
        departmentId: 1,
        hiredOn: '2020-05-05',
        salary: '4000',
      })
      n.set('mara', mara)
      await root.departments.update(1, { headId: mara.id })
      return root.departments.read(1, {
        include: { head: { select: ['hiredOn', 'salary'] }, staff: { count: true } },
      })
    },
  },
  {
    name: '17 nobody manages himself',
    run: (c, n) => c.system().staff.update(id(n, 'mara'), { managerId: id(n, 'mara') }),
  },
  {
    name: '18 two tenants have suppliers',
    run: async (c) => {
      await c.system().suppliers.createMany([
        { tenantId: TENANT, name: 'Ours', discount: '0.1250' },
        { tenantId: OTHER, name: 'Theirs' },
      ])
      return (await manager(c).suppliers.list({ select: ['name', 'discount'] })).data
    },
  },
  {
    name: '19 an order, with presets and lines',
    run: async (c, n) => {
      const [supplier] = (await manager(c).suppliers.list()).data
      const order = await manager(c).orders.create({ supplierId: supplier.id, note: null })
      n.set('order', order)
      await c.system().orderLines.createMany([
        { orderId: order.id, line: 1, isbn: ISBN[0], quantity: 2, unitPrice: '10.1000' },
        { orderId: order.id, line: 2, isbn: ISBN[1], quantity: 1, unitPrice: '0.3333' },
      ])
      return manager(c).orders.read(order.id, {
        select: ['status', 'total', 'placedById', 'revision'],
        include: { lines: { select: ['line', 'unitPrice'] } },
      })
    },
  },
  {
    name: '20 a preset may not be sent',
    run: (c, n) => manager(c).orders.create({ supplierId: id(n, 'order'), placedById: MANAGER }),
  },
  {
    name: '21 one way only',
    run: async (c, n) => {
      await manager(c).orders.update(id(n, 'order'), { status: 'placed' })
      return manager(c).orders.update(id(n, 'order'), { status: 'draft' })
    },
  },
  {
    name: '22 prices over lines',
    run: (c) =>
      c.system().orderLines.aggregate({
        groupBy: ['isbn'],
        sum: ['unitPrice', 'quantity'],
        sort: { sum: { unitPrice: 'desc' } },
      }),
  },
  {
    name: '23 a title that nobody has',
    run: async (c) => {
      const before = await c.titles.read(ISBN[1], { select: ['sequelOf'] })
      await c.system().titles.delete(ISBN[3])
      return [before, await c.titles.count()]
    },
  },
  {
    name: '24 a title in use stays',
    run: (c) => c.system().titles.delete(ISBN[0]),
  },
  {
    name: '25 too exact, too long, not a day',
    run: (c) =>
      c.system().titles.create({
        isbn: 'nope',
        name: 'x',
        listPrice: '1.999',
        publishedOn: '2026-02-30',
        pages: 3e9,
        language: 'english',
        cover: 'text',
      }),
  },
  {
    name: '26 a ledger does not change',
    run: (c) => c.system().stockMoves.updateMany({}, { quantity: 1 }, { all: true }),
  },
]
