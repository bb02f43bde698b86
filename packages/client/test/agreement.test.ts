// Where engines, or ways to the same row, were once seen to disagree.
import { compileWorkspace, type Model } from '@proj/dbal-schema'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DBALClient, type AdapterName, type ScopedClient } from '../src/index.ts'

const TEXT = `
entity: Node
fields:
  id: { type: integer, primary: true }
  parentId: { type: integer, optional: true, foreign_key: { entity: Node, field: id, name: parent, inverse: children } }
  name: { type: string, optional: true }
  kind: { type: enum, values: [x, y], default: x }
  rank: { type: integer, optional: true }
  extra: { type: json, optional: true }
  position: { type: integer, default: 0 }
  first: { type: string, optional: true, unique: true }
  second: { type: string, optional: true, unique: true }
acl: { create: { public: true }, read: { public: true }, update: { public: true }, delete: { public: true } }
operations:
  get_tree: {}
  move: {}
`

function nodeModel(): Model {
  const { model, diagnostics } = compileWorkspace([{ path: 'entities/node.yaml', text: TEXT }])
  if (model === undefined) throw new Error(JSON.stringify(diagnostics))
  return model
}

const schema = nodeModel()
const INVALID = { code: 'VALIDATION_ERROR' }
const invalid = (field: string, error: string) => ({
  ...INVALID,
  details: { fields: [{ field, error }] },
})

describe.each<AdapterName>(['memory', 'sqlite', 'prisma', 'duckdb'])('on %s', (adapter) => {
  let client: DBALClient
  let nodes: ScopedClient['nodes']
  const ids = async (filter: object): Promise<unknown> =>
    ((await nodes.list({ filter })) as { data: { id: number }[] }).data.map(({ id }) => id)

  beforeEach(async () => {
    client = new DBALClient({ schema, adapter, database: { url: ':memory:' } })
    nodes = client.system().nodes
    await nodes.createMany([
      { id: 1, name: 'Ab%', kind: 'x', rank: 1 },
      { id: 2, name: 'aB%', kind: 'y', rank: 2, parentId: 1 },
      { id: 3, name: 'abc', parentId: 2 },
      { id: 4, name: null },
    ])
  })
  afterEach(() => client.close())

  it('equality without case folds ASCII letters, and knows no wildcards (FILTER-15)', async () => {
    const mode = 'insensitive'
    expect(await ids({ name: { eq: 'AB%', mode } })).toEqual([1, 2])
    expect(await ids({ name: { in: ['AB%', 'ABC'], mode } })).toEqual([1, 2, 3])
    expect(await ids({ name: { ne: 'AB%', mode } })).toEqual([3])
    expect(await ids({ name: { nin: ['ABC'], mode } })).toEqual([1, 2])
    expect(await ids({ name: { eq: null, mode } })).toEqual([4])
    expect(await ids({ name: { in: [], mode } })).toEqual([])
    await expect(ids({ name: { gt: 'a', mode } })).rejects.toMatchObject(
      invalid('filter.name.mode', 'says nothing to gt'),
    )
    await expect(ids({ rank: { eq: 1, mode } })).rejects.toMatchObject(
      invalid('filter.rank.eq', 'ignores case in text fields only'),
    )
  })

  it('keys that some engine cannot spell are refused on all (FILTER-33)', async () => {
    const keys = ['plain', "a'b", '$', 'a.b', 'ü', '[0]', '0', 'a b', '?', '$[*]', '#', '-1', '{}']
    await nodes.create({ id: 9, extra: Object.fromEntries(keys.map((key) => [key, 1])) })
    for (const key of keys)
      expect(await ids({ extra: { path: [key], equals: 1 } }), key).toEqual([9])
    for (const key of ['', '*', '"', 'a"b', 'a\\b', 'a\nb', '\u0000'])
      await expect(ids({ extra: { path: [key], equals: 1 } }), key).rejects.toMatchObject({
        ...INVALID,
        details: { fields: [{ field: 'filter.extra.path' }] },
      })
  })

  it('no write closes a circle of parents (TREE-8)', async () => {
    const circle = invalid('parentId', 'is the node itself or below it')
    const upsert = { where: { id: 1 }, create: { id: 1 }, update: { parentId: 3 } }
    const writes: readonly (() => Promise<unknown>)[] = [
      () => nodes.update(1, { parentId: 3 }),
      () => nodes.update(1, { parentId: 1 }),
      () => nodes.update(1, { parent: { connect: { id: 2 } } }),
      () => nodes.update(3, { children: { connect: [{ id: 1 }] } }),
      () => nodes.updateMany({ id: { in: [1, 4] } }, { parentId: 2 }),
      () => nodes.upsert(upsert),
      () => nodes.create({ id: 8, parentId: 8 }),
      () => nodes.createMany([{ id: 8, parentId: 8 }]),
    ]
    for (const write of writes) await expect(write()).rejects.toMatchObject(INVALID)
    await expect(nodes.update(1, { parentId: 3 })).rejects.toMatchObject(circle)
    await expect(nodes.move({ id: 1, newParentId: 3 })).rejects.toMatchObject(
      invalid('newParentId', 'is the node itself or below it'),
    )
    expect((await nodes.getTree(1)).map(({ id }: { id: number }) => id)).toEqual([1, 2, 3])
    await nodes.update(4, { parentId: 3 })
    expect((await nodes.getTree(1)).map(({ id }: { id: number }) => id)).toEqual([1, 2, 3, 4])
  })

  it('a node moves to the top where it may have no parent (TREE-6)', async () => {
    await nodes.move({ id: 3, newParentId: null })
    expect(await nodes.read(3)).toMatchObject({ parentId: null })
    expect((await nodes.getTree(1)).map(({ id }: { id: number }) => id)).toEqual([1, 2])
  })

  it('rows that go together do not hold each other (MUT-41)', async () => {
    await expect(nodes.delete(1)).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await nodes.deleteMany({}, { all: true })).toBe(4)
  })

  it('of several broken keys the first is told of (MUT-46)', async () => {
    await nodes.create({ id: 10, first: 'a', second: 'b' })
    const conflict = (field: string) => ({
      code: 'CONFLICT',
      details: { fields: [{ field, error: 'is already taken' }] },
    })
    await expect(nodes.create({ id: 11, second: 'b', first: 'a' })).rejects.toMatchObject(
      conflict('first'),
    )
    await expect(nodes.create({ id: 10, second: 'b', first: 'a' })).rejects.toMatchObject(
      conflict('id'),
    )
  })

  it('an isolation level that there is not is refused', async () => {
    const isolation = 'chaos' as 'serializable'
    await expect(client.transaction(async () => 1, { isolation })).rejects.toMatchObject({
      code: 'CAPABILITY_NOT_SUPPORTED',
    })
  })

  it('says what is wrong with an aggregate or a search, and nothing else', async () => {
    await expect(nodes.aggregate({ sum: ['name'] })).rejects.toMatchObject(
      invalid('sum.name', 'is not for this type of field'),
    )
    await expect(nodes.search({ query: 'a', fields: ['name', 'rank'] })).rejects.toMatchObject(
      invalid('fields[1]', 'is not text'),
    )
  })

  it('counts the distinct rows', async () => {
    const page = await nodes.list({ distinct: ['kind'], count: true, limit: 1 })
    expect(page).toMatchObject({ total: 2, hasMore: true })
  })
})
