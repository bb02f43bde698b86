// ZenStack 3 with its runtime on kysely: bare, and with the access policies of blog.zmodel.
import { ZenStackClient } from '@zenstackhq/orm'
import { PolicyPlugin } from '@zenstackhq/plugin-policy'
import { schema } from './generated/zenstack-schema.mjs'
import { flatGroups, portions } from './rows.mjs'

const INCLUDE = { comments: { orderBy: { id: 'asc' }, include: { author: true } } }
const ORDER = [{ score: 'desc' }, { id: 'asc' }]
/** Parameters in one statement stay below SQLite's 32,766. */
const PORTION = 3000
const PROVIDERS = { sqlite: 'sqlite', postgres: 'postgresql', mariadb: 'mysql' }

async function connect({ engine, url, poolSize }) {
  if (engine === 'sqlite') {
    const { SqliteDialect } = await import('@zenstackhq/orm/dialects/sqlite')
    const { default: Database } = await import('better-sqlite3')
    const database = new Database(':memory:')
    const execute = (sql) => void database.exec(sql)
    return { dialect: new SqliteDialect({ database }), execute }
  }
  if (engine === 'postgres') {
    const { PostgresDialect } = await import('@zenstackhq/orm/dialects/postgres')
    const { openPgPool } = await import('./pg-pool.mjs')
    const pool = openPgPool(url, poolSize)
    const execute = async (sql) => void (await pool.query(sql))
    return { dialect: new PostgresDialect({ pool }), execute }
  }
  const { MysqlDialect } = await import('@zenstackhq/orm/dialects/mysql')
  const { createPool } = await import('mysql2')
  const pool = createPool({ uri: url, connectionLimit: poolSize, timezone: 'Z' })
  const execute = async (sql) => void (await pool.promise().query(sql))
  return { dialect: new MysqlDialect({ pool }), execute }
}

export const openWithPolicy = (target) => open({ ...target, policy: true })

export async function open(target) {
  const { dialect, execute } = await connect(target)
  for (const statement of target.statements) await execute(statement)
  const provider = { type: PROVIDERS[target.engine] }
  const plain = new ZenStackClient(Object.assign(Object.create(schema), schema, { provider }), {
    dialect,
  })
  const client = target.policy
    ? plain.$use(new PolicyPlugin()).$setAuth({ id: target.owner, role: 'user' })
    : plain
  const { post } = client
  // With policies the owner is the policy's business.
  const mine = (ownerId) => (target.policy ? {} : { ownerId })
  const list = (ownerId, take, more = {}) =>
    post.findMany({
      where: { ...mine(ownerId), status: 'published' },
      orderBy: ORDER,
      take,
      ...more,
    })
  return {
    execute,
    pointRead: (id) => post.findUnique({ where: { id } }),
    list: (owner) => list(owner, 20),
    include: (owner) => list(owner, 10, { include: INCLUDE }),
    count: (ownerId) => post.count({ where: mine(ownerId) }),
    aggregate: async (ownerId) =>
      flatGroups(
        await post.groupBy({
          by: ['status'],
          where: mine(ownerId),
          orderBy: { status: 'asc' },
          _count: { _all: true },
          _sum: { score: true },
          _avg: { rating: true },
        }),
      ),
    create: (data) => post.create({ data }),
    update: (id, data) => post.update({ where: { id }, data }),
    updateMany: async (ownerId, score) =>
      (await post.updateMany({ where: { ...mine(ownerId), status: 'draft' }, data: { score } }))
        .count,
    remove: (id) => post.delete({ where: { id } }),
    upsert: (data) => {
      const { id, title, score } = data
      return post.upsert({ where: { id }, create: data, update: { title, score } })
    },
    bulk: (posts) =>
      client.$transaction(async (tx) => {
        for (const data of portions(posts, PORTION)) await tx.post.createMany({ data })
      }),
    transaction: (data) =>
      client.$transaction(async (tx) => {
        const { id, ownerId } = data
        await tx.post.create({ data })
        await tx.post.update({ where: { id }, data: { title: 'changed', score: 1 } })
        await tx.post.findUnique({ where: { id } })
        const before = await tx.post.count({ where: mine(ownerId) })
        await tx.post.delete({ where: { id } })
        return before
      }),
    close: () => plain.$disconnect(),
  }
}
