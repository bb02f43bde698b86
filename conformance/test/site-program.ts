// A site's life on the reference domain: accounts, pages, trees, workflows, a forum.
import type { DBALClient } from '@proj/dbal'
import type { Notes, Step } from '../src/index.ts'

const ROOT = {
  user: { id: '00000000-0000-4000-8000-000000000001', role: 'supergod', username: 'root' },
}

const id = (notes: Notes, name: string): string => (notes.get(name) as { id: string }).id
const keep = async (notes: Notes, name: string, made: Promise<unknown>): Promise<unknown> => {
  const value = await made
  notes.set(name, value)
  return value
}
const adaOf = (client: DBALClient, notes: Notes) =>
  client.as({ user: { id: id(notes, 'ada'), role: 'user', username: 'ada' } })

export const siteProgram: readonly Step[] = [
  {
    name: '1 root exists',
    run: (c) => c.system().users.create({ ...ROOT.user, email: 'root@example.com' }),
  },
  {
    name: '2 sign up',
    run: (c, n) => keep(n, 'ada', c.users.create({ username: 'ada', email: 'ada@example.com' })),
  },
  {
    name: '3 a taken name',
    run: (c) => c.users.create({ username: 'ada', email: 'other@example.com' }),
  },
  {
    name: '4 a form with faults',
    run: (c) => c.users.create({ username: 'a', email: 'no address', rol: 'user', bio: 7 }),
  },
  {
    name: '5 nobody makes himself admin',
    run: (c) => c.users.create({ username: 'eve', email: 'eve@example.com', role: 'admin' }),
  },
  { name: '6 ada reads herself', run: (c, n) => adaOf(c, n).users.read(id(n, 'ada')) },
  { name: '7 ada cannot see root', run: (c, n) => adaOf(c, n).users.read(ROOT.user.id) },
  { name: '8 a malformed id', run: (c, n) => adaOf(c, n).users.read('nope') },
  { name: '9 ada may not list accounts', run: (c, n) => adaOf(c, n).users.list() },
  {
    name: '10 ada writes a bio',
    run: (c, n) => adaOf(c, n).users.update(id(n, 'ada'), { bio: 'Wrote the first programme' }),
  },
  {
    name: '11 more accounts',
    run: (c) =>
      c.system().users.createMany(
        Array.from({ length: 7 }, (_, i) => ({
          username: `user-${i}`,
          email: `user-${i}@example.com`,
          displayName: i % 2 === 0 ? null : `Person ${i}`,
        })),
      ),
  },
  {
    name: '12 a bulk with one taken name stores nothing',
    run: (c) =>
      c.system().users.createMany([
        { username: 'fresh', email: 'fresh@example.com' },
        { username: 'ada', email: 'twice@example.com' },
      ]),
  },
  {
    name: '13 first page',
    run: async (c, n) => {
      const page = await c.as(ROOT).users.list({
        sort: { displayName: 'desc' },
        select: ['username', 'displayName'],
        limit: 4,
        count: true,
      })
      n.set('cursor', page.nextCursor)
      return page
    },
  },
  {
    name: '14 the rest by cursor',
    run: (c, n) =>
      c.as(ROOT).users.list({
        sort: { displayName: 'desc' },
        select: ['username', 'displayName'],
        limit: 10,
        cursor: n.get('cursor'),
      }),
  },
  {
    name: '15 a cursor refuses another sort',
    run: (c, n) => c.as(ROOT).users.list({ sort: { username: 'asc' }, cursor: n.get('cursor') }),
  },
  {
    name: '16 a filter',
    run: (c) =>
      c.as(ROOT).users.list({
        filter: {
          OR: [{ username: { startsWith: 'user-' }, displayName: null }, { username: 'ada' }],
        },
        select: ['username'],
        sort: { username: 'desc' },
      }),
  },
  {
    name: '17 search',
    run: (c) => c.as(ROOT).users.search({ query: 'PERSON 3' }),
  },
  {
    name: '18 counts by role',
    run: (c) => c.as(ROOT).users.aggregate({ groupBy: ['role'], count: true, min: ['username'] }),
  },
  {
    name: '19 a page with its components',
    run: (c, n) =>
      keep(
        n,
        'page',
        c.as(ROOT).pageConfigs.create({
          path: '/welcome',
          title: 'Welcome',
          isPublished: true,
          componentTree: { b: [1, 2.5, null], a: 'text' },
          components: { create: [{ type: 'Stack' }] },
        }),
      ),
  },
  {
    name: '20 the tree grows',
    run: async (c, n) => {
      const root = c.as(ROOT)
      const [top] = await root.componentNodes.getTree(id(n, 'page'))
      n.set('top', top)
      for (const [order, type] of ['Heading', 'Text', 'Button'].entries()) {
        n.set(
          type,
          await root.componentNodes.create({
            pageId: id(n, 'page'),
            parentId: top.id,
            type,
            order,
          }),
        )
      }
      return root.componentNodes.getTree({ pageId: id(n, 'page') })
    },
  },
  {
    name: '21 the last becomes the first',
    run: async (c, n) => {
      const root = c.as(ROOT)
      await root.componentNodes.move({ id: id(n, 'Button'), newParentId: id(n, 'top'), order: 0 })
      const tree = await root.componentNodes.getTree(id(n, 'page'))
      return tree.map((node: { type: string; order: number }) => [node.type, node.order])
    },
  },
  {
    name: '22 nothing moves below itself',
    run: (c, n) => c.as(ROOT).componentNodes.move({ id: id(n, 'top'), newParentId: id(n, 'Text') }),
  },
  {
    name: '23 reorder',
    run: async (c, n) => {
      const root = c.as(ROOT)
      const items = ['Heading', 'Text', 'Button'].map((type, order) => ({ id: id(n, type), order }))
      await root.componentNodes.reorder(items)
      const tree = await root.componentNodes.getTree(id(n, 'page'))
      return tree.map((node: { type: string }) => node.type)
    },
  },
  {
    name: '24 visitors see what is published',
    run: (c) =>
      c.pageConfigs.list({
        select: ['path', 'title', 'componentTree'],
        include: { components: { select: ['type'], sort: { order: 'asc' } } },
      }),
  },
  {
    name: '25 a workflow, changed by two people',
    run: async (c, n) => {
      const root = c.as(ROOT)
      const made = await root.workflows.create({ name: 'greet', nodes: [], edges: [] })
      n.set('workflow', made)
      await root.workflows.update(made.id, { enabled: true }, { ifVersion: 1 })
      return root.workflows.update(made.id, { enabled: false }, { ifVersion: 1 })
    },
  },
  {
    name: '26 a schedule is missing',
    run: (c, n) => c.as(ROOT).workflows.update(id(n, 'workflow'), { trigger: 'schedule' }),
  },
  {
    name: '27 a forum thread with a post',
    run: async (c, n) => {
      const category = await c.as(ROOT).forumCategories.create({ slug: 'general', name: 'General' })
      const ada = adaOf(c, n)
      const thread = await ada.forumThreads.create({
        categoryId: category.id,
        title: 'Hello',
        slug: 'hello',
      })
      n.set('thread', thread)
      n.set('post', await ada.forumPosts.create({ threadId: thread.id, content: 'Hello, world' }))
      return c.forumThreads.read(thread.id, {
        include: { posts: { select: ['content', 'authorId'] }, category: { select: ['slug'] } },
      })
    },
  },
  {
    name: '28 a deleted post is gone for all',
    run: async (c, n) => {
      const deleted = await adaOf(c, n).forumPosts.delete(id(n, 'post'))
      const left = await c.system().forumPosts.count()
      return { deleted, left }
    },
  },
  {
    name: '29 a session that has run out',
    run: async (c, n) => {
      const system = c.system()
      const userId = id(n, 'ada')
      await system.sessions.create({ userId, token: 'long-gone', expiresAt: 1_000 })
      await system.sessions.create({ userId, token: 'still-good', expiresAt: 4_000_000_000_000n })
      return adaOf(c, n).sessions.list({ select: ['userId', 'expiresAt'] })
    },
  },
  {
    name: '30 a transaction that fails leaves nothing',
    run: (c) =>
      c.system().transaction(async (tx) => {
        await tx.users.create({ username: 'ghost', email: 'ghost@example.com' })
        await tx.users.create({ username: 'ada', email: 'ghost2@example.com' })
      }),
  },
  { name: '31 no ghost', run: (c) => c.system().users.exists({ filter: { username: 'ghost' } }) },
  {
    name: '32 an error that was caught still undoes it',
    run: (c) =>
      c.system().transaction(async (tx) => {
        await tx.users.create({ username: 'ghost', email: 'ghost@example.com' })
        await tx.users.create({ username: 'ada', email: 'x@example.com' }).catch(() => undefined)
        return 'committed'
      }),
  },
  {
    name: '33 a transaction that holds',
    run: (c) =>
      c.system().transaction(async (tx) => {
        const made = await tx.users.create({ username: 'grace', email: 'grace@example.com' })
        await tx.users.update(made.id, { displayName: 'Grace' })
        return tx.users.read({ username: 'grace' })
      }),
  },
  {
    name: '34 upsert, twice',
    run: async (c) => {
      const once = {
        where: { username: 'alan' },
        create: { username: 'alan', email: 'alan@example.com' },
        update: { displayName: 'Alan' },
      }
      const first = await c.system().users.upsert(once)
      const second = await c.system().users.upsert(once)
      return [first.displayName, second.displayName, first.id === second.id]
    },
  },
  {
    name: '35 all at once needs saying so',
    run: (c) => c.system().users.updateMany({}, { firstLogin: false }),
  },
  {
    name: '36 many at once',
    run: (c) =>
      c.system().users.updateMany({ username: { startsWith: 'user-' } }, { firstLogin: false }),
  },
  {
    name: '37 an account closes, and what hangs on it goes or loses its name',
    run: async (c, n) => {
      await c.as(ROOT).users.delete(id(n, 'ada'))
      const system = c.system()
      const thread = await system.forumThreads.read(id(n, 'thread'))
      return { sessions: await system.sessions.count(), author: thread.authorId }
    },
  },
  {
    name: '38 a category in use stays',
    run: async (c) => {
      const [category] = (await c.forumCategories.list()).data
      return c.as(ROOT).forumCategories.delete(category.id)
    },
  },
  {
    name: '39 a page goes with its tree',
    run: async (c, n) => {
      await c.as(ROOT).pageConfigs.delete(id(n, 'page'))
      return c.system().componentNodes.count()
    },
  },
  {
    name: '40 pages to the end',
    run: async (c) => {
      const names: string[] = []
      const rows = c.as(ROOT).users.iterate({ limit: 3, select: ['username'] })
      for await (const row of rows) names.push(row.username)
      return names
    },
  },
]
