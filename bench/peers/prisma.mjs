// Prisma Client on its driver adapters, with the schema that `dbal codegen` writes.
import { flatGroups } from './rows.mjs'

const INCLUDE = { comments: { orderBy: { id: 'asc' }, include: { author: true } } }
const ORDER = [{ score: 'desc' }, { id: 'asc' }]

async function connect({ engine, url, poolSize, named }) {
  if (engine === 'sqlite') {
    const { PrismaBetterSqlite3 } = await import('@prisma/adapter-better-sqlite3')
    return new PrismaBetterSqlite3({ url: ':memory:' })
  }
  if (engine === 'postgres') {
    const { PrismaPg } = await import('@prisma/adapter-pg')
    const names = new Map()
    const statementNameGenerator = ({ sql }) => {
      if (!names.has(sql)) names.set(sql, `p${names.size}`)
      return names.get(sql)
    }
    const options = named ? { statementNameGenerator } : {}
    return new PrismaPg({ connectionString: url, max: poolSize }, options)
  }
  const { PrismaMariaDb } = await import('@prisma/adapter-mariadb')
  const { hostname, port, username, password, pathname } = new URL(url)
  return new PrismaMariaDb({
    host: hostname,
    port: Number(port || 3306),
    user: username,
    password,
    database: pathname.slice(1),
    connectionLimit: poolSize,
  })
}

export const openNamed = (target) => open({ ...target, named: true })

export async function open(target) {
  const PrismaClient = await target.prismaClient(target.engine)
  const prisma = new PrismaClient({ adapter: await connect(target) })
  for (const statement of target.statements) await prisma.$executeRawUnsafe(statement)
  const { post } = prisma
  const list = (ownerId, take, more = {}) =>
    post.findMany({ where: { ownerId, status: 'published' }, orderBy: ORDER, take, ...more })
  return {
    execute: async (sql) => void (await prisma.$executeRawUnsafe(sql)),
    pointRead: (id) => post.findUnique({ where: { id } }),
    list: (owner) => list(owner, 20),
    include: (owner) => list(owner, 10, { include: INCLUDE }),
    count: (ownerId) => post.count({ where: { ownerId } }),
    aggregate: async (ownerId) =>
      flatGroups(
        await post.groupBy({
          by: ['status'],
          where: { ownerId },
          orderBy: { status: 'asc' },
          _count: { _all: true },
          _sum: { score: true },
          _avg: { rating: true },
        }),
      ),
    create: (data) => post.create({ data }),
    update: (id, data) => post.update({ where: { id }, data }),
    updateMany: async (ownerId, score) =>
      (await post.updateMany({ where: { ownerId, status: 'draft' }, data: { score } })).count,
    remove: (id) => post.delete({ where: { id } }),
    upsert: (data) => {
      const { id, title, score } = data
      return post.upsert({ where: { id }, create: data, update: { title, score } })
    },
    bulk: (data) => post.createMany({ data }),
    transaction: (data) =>
      prisma.$transaction(async (tx) => {
        const { id, ownerId } = data
        await tx.post.create({ data })
        await tx.post.update({ where: { id }, data: { title: 'changed', score: 1 } })
        await tx.post.findUnique({ where: { id } })
        const before = await tx.post.count({ where: { ownerId } })
        await tx.post.delete({ where: { id } })
        return before
      }),
    close: () => prisma.$disconnect(),
  }
}
