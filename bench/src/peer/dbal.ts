// DBAL as an application has it: signed in, validated, under the owner's rules, audited to memory.
import { AuditMemory, DBALClient } from '@proj/dbal'
import { openDuckdb } from '@proj/dbal-adapter-duckdb'
import { openPrisma } from '@proj/dbal-adapter-prisma'
import { openSqlite } from '@proj/dbal-adapter-sqlite'
import type { Adapter, Model } from '@proj/dbal-contract'
import { loadBlog } from '../data/load-blog.ts'
import type { Target } from './peer.ts'
import type { Session } from './session.ts'

type AdapterName = 'sqlite' | 'prisma' | 'duckdb'

const ORDER = [{ score: 'desc' }, { id: 'asc' }] as const
const INCLUDE = { comments: { sort: { id: 'asc' }, include: { author: true } } } as const
const PUBLISHED = { status: 'published' }

function openAdapter(name: AdapterName, model: Model, target: Target): Promise<Adapter> {
  const { url, poolSize } = target
  if (name === 'sqlite') return openSqlite({ model, url })
  return name === 'duckdb' ? openDuckdb({ model, url }) : openPrisma({ model, url, poolSize })
}

type Input = Readonly<Record<string, unknown>>

/** What the works use of an entity's accessor. */
interface Rows {
  noop(input: Input): Promise<unknown>
  read(id: string): Promise<unknown>
  list(options: Input): Promise<{ readonly data: unknown }>
  count(): Promise<number>
  aggregate(options: Input): Promise<readonly Group[]>
  create(row: Input): Promise<unknown>
  update(id: string, change: Input): Promise<unknown>
  updateMany(filter: Input, change: Input): Promise<number>
  delete(id: string): Promise<boolean>
  upsert(options: Input): Promise<unknown>
  createMany(rows: readonly object[]): Promise<number>
}

/** The accessors that the contract gives the client, which its type leaves open. */
interface Blog {
  readonly posts: Rows
  readonly sales: Rows
}

interface Group {
  readonly status: string
  readonly region: string
  readonly count: number
  readonly sum: Readonly<Record<string, number>>
  readonly avg: Readonly<Record<string, number>>
}

/** Of a client and the database behind it. */
export interface OpenedDbal {
  readonly model: Model
  readonly adapter: Adapter
  readonly client: DBALClient
}

export async function openClient(name: AdapterName, target: Target): Promise<OpenedDbal> {
  const model = await loadBlog()
  const adapter = await openAdapter(name, model, target)
  const client = new DBALClient({
    schema: model,
    adapter,
    auth: { user: { id: target.owner, role: 'user' } },
    operations: { 'Post.noop': ({ input }) => input['score'] },
    security: {
      enableAuditLog: true,
      auditSink: new AuditMemory(),
    },
  })
  return { model, adapter, client }
}

export async function openDbal(name: AdapterName, target: Target): Promise<Session> {
  const { adapter, client } = await openClient(name, target)
  return {
    ...tasksOf(client),
    execute: executeOn(adapter),
    close: () => client.close(),
  }
}

/** The model is looked at after each change of tables: here, where nothing is timed, and not by the call that follows. */
export function executeOn(adapter: Adapter): Session['execute'] {
  return async (sql) => {
    await adapter.schema?.apply([sql])
    await adapter.checkModel?.()
  }
}

/** The same on whatever is behind the client. */
export function tasksOf(client: DBALClient): Omit<Session, 'execute' | 'close'> {
  const { posts, sales } = client as unknown as Blog
  return {
    noop: (score) => posts.noop({ score }),
    pointRead: (id) => posts.read(id),
    list: async () => (await posts.list({ filter: PUBLISHED, sort: ORDER, limit: 20 })).data,
    include: async () =>
      (await posts.list({ filter: PUBLISHED, sort: ORDER, limit: 10, include: INCLUDE })).data,
    count: () => posts.count(),
    aggregate: async () => {
      const groups = await posts.aggregate({
        groupBy: ['status'],
        count: true,
        sum: ['score'],
        avg: ['rating'],
        sort: { status: 'asc' },
      })
      return groups.map(({ status, count, sum, avg }) => ({
        status,
        count,
        score: sum['score'],
        rating: avg['rating'],
      }))
    },
    sales: async () => {
      const groups = await sales.aggregate({
        groupBy: ['region'],
        count: true,
        sum: ['amount'],
        avg: ['price'],
        sort: { region: 'asc' },
      })
      return groups.map(({ region, count, sum, avg }) => ({
        region,
        count,
        amount: sum['amount'],
        price: avg['price'],
      }))
    },
    create: (post) => posts.create({ ...post }),
    update: (id, change) => posts.update(id, change),
    updateMany: (_owner, score) => posts.updateMany({ status: 'draft' }, { score }),
    remove: (id) => posts.delete(id),
    upsert: (post) => {
      const { id, title, score } = post
      return posts.upsert({ where: { id }, create: { ...post }, update: { title, score } })
    },
    bulk: (rows) => posts.createMany(rows),
    transaction: (post) =>
      client.transaction(async (tx) => {
        const { posts: inside } = tx as unknown as Blog
        await inside.create({ ...post })
        await inside.update(post.id, { title: 'changed', score: 1 })
        await inside.read(post.id)
        const before = await inside.count()
        await inside.delete(post.id)
        return before
      }),
  }
}
