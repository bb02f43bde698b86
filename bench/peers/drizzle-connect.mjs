// Drizzle's tables for each engine, and a database on the driver that each is known for.
import { relations } from 'drizzle-orm'

/** As Prisma and DBAL keep it: text in ISO 8601, in UTC. */
const ISO_DATE = {
  dataType: () => 'text',
  toDriver: (date) => date.toISOString(),
  fromDriver: (text) => new Date(text),
}

async function columnsOf(engine) {
  if (engine === 'sqlite') {
    const core = await import('drizzle-orm/sqlite-core')
    return {
      table: core.sqliteTable,
      text: core.text,
      integer: core.integer,
      float: core.real,
      boolean: (name) => core.integer(name, { mode: 'boolean' }),
      date: core.customType(ISO_DATE),
    }
  }
  if (engine === 'postgres') {
    const core = await import('drizzle-orm/pg-core')
    return {
      table: core.pgTable,
      text: core.text,
      integer: core.integer,
      float: core.doublePrecision,
      boolean: core.boolean,
      date: (name) => core.timestamp(name, { precision: 3 }),
    }
  }
  const core = await import('drizzle-orm/mysql-core')
  return {
    table: core.mysqlTable,
    text: (name) => core.varchar(name, { length: 255 }),
    integer: core.int,
    float: core.double,
    boolean: core.boolean,
    date: (name) => core.datetime(name, { fsp: 3 }),
  }
}

function tablesOf({ table, text, integer, float, boolean, date }) {
  const users = table('users', {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    role: text('role').notNull(),
  })
  const posts = table('posts', {
    id: text('id').primaryKey(),
    ownerId: text('ownerId').notNull(),
    title: text('title').notNull(),
    body: text('body').notNull(),
    status: text('status').notNull(),
    score: integer('score').notNull(),
    rating: float('rating').notNull(),
    pinned: boolean('pinned').notNull(),
    createdAt: date('createdAt').notNull(),
  })
  const comments = table('comments', {
    id: text('id').primaryKey(),
    postId: text('postId').notNull(),
    authorId: text('authorId').notNull(),
    text: text('text').notNull(),
  })
  const postRelations = relations(posts, ({ many }) => ({ comments: many(comments) }))
  const commentRelations = relations(comments, ({ one }) => ({
    post: one(posts, { fields: [comments.postId], references: [posts.id] }),
    author: one(users, { fields: [comments.authorId], references: [users.id] }),
  }))
  return { users, posts, comments, postRelations, commentRelations }
}

/** `{ db, tables, execute, close }`; statements are run first. */
export async function connect({ engine, url, poolSize, statements }) {
  const schema = tablesOf(await columnsOf(engine))
  if (engine === 'sqlite') {
    const { default: Database } = await import('better-sqlite3')
    const { drizzle } = await import('drizzle-orm/better-sqlite3')
    const client = new Database(':memory:')
    for (const statement of statements) client.exec(statement)
    const execute = (sql) => void client.exec(sql)
    return { db: drizzle({ client, schema }), schema, execute, close: () => void client.close() }
  }
  if (engine === 'postgres') {
    const { openPgPool } = await import('./pg-pool.mjs')
    const { drizzle } = await import('drizzle-orm/node-postgres')
    const client = openPgPool(url, poolSize)
    const execute = async (sql) => void (await client.query(sql))
    return { db: drizzle({ client, schema }), schema, execute, close: () => client.end() }
  }
  const { createPool } = await import('mysql2/promise')
  const { drizzle } = await import('drizzle-orm/mysql2')
  const client = createPool({ uri: url, connectionLimit: poolSize, timezone: 'Z' })
  const execute = async (sql) => void (await client.query(sql))
  // MariaDB has no LATERAL, which the relational queries of the default mode need.
  const db = drizzle({ client, schema, mode: 'planetscale' })
  return { db, schema, execute, close: () => client.end() }
}
