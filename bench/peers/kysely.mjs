// Kysely: a query builder over the driver; rows come as the driver gives them.
import {
  Kysely,
  MysqlDialect,
  ParseJSONResultsPlugin,
  PostgresDialect,
  SqliteDialect,
} from 'kysely'
import * as mysqlJson from 'kysely/helpers/mysql'
import * as postgresJson from 'kysely/helpers/postgres'
import * as sqliteJson from 'kysely/helpers/sqlite'
import { nest, portions } from './rows.mjs'

const PORTION = 3000

async function connect({ engine, url, poolSize, statements }) {
  if (engine === 'sqlite') {
    const { default: Database } = await import('better-sqlite3')
    const database = new Database(':memory:')
    for (const statement of statements) database.exec(statement)
    const execute = (text) => void database.exec(text)
    return { dialect: new SqliteDialect({ database }), json: sqliteJson, execute }
  }
  if (engine === 'postgres') {
    const { openPgPool } = await import('./pg-pool.mjs')
    const pool = openPgPool(url, poolSize, true)
    const execute = async (text) => void (await pool.query(text))
    return { dialect: new PostgresDialect({ pool }), json: postgresJson, execute }
  }
  const { createPool } = await import('mysql2')
  const pool = createPool({ uri: url, connectionLimit: poolSize, timezone: 'Z' })
  const execute = async (text) => void (await pool.promise().query(text))
  return { dialect: new MysqlDialect({ pool }), json: mysqlJson, execute }
}

export async function open(target) {
  const { dialect, json, execute } = await connect(target)
  const { engine } = target
  const db = new Kysely({ dialect })
  const stored = (post) =>
    engine === 'sqlite'
      ? { ...post, pinned: Number(post.pinned), createdAt: post.createdAt.toISOString() }
      : engine === 'postgres'
        ? { ...post, createdAt: post.createdAt.toISOString() }
        : post
  const answer = (query) =>
    engine === 'mariadb' ? query.execute() : query.returningAll().executeTakeFirst()
  const listQuery = (owner, limit) =>
    db
      .selectFrom('posts')
      .where('ownerId', '=', owner)
      .where('status', '=', 'published')
      .orderBy('score', 'desc')
      .orderBy('id')
      .limit(limit)
  const author = (eb) =>
    json.jsonObjectFrom(
      eb.selectFrom('users').select(['id', 'name', 'role']).whereRef('users.id', '=', 'authorId'),
    )
  const commentsOf = (eb) =>
    json.jsonArrayFrom(
      eb
        .selectFrom('comments')
        .select(['comments.id', 'postId', 'authorId', 'text'])
        .select((inner) => author(inner).as('author'))
        .whereRef('postId', '=', 'posts.id')
        .orderBy('comments.id'),
    )
  // MariaDB's JSON aggregates lose the order, and it has no LATERAL: two statements.
  const joined = async (posts) =>
    nest(
      posts,
      await db
        .selectFrom('comments')
        .innerJoin('users', 'users.id', 'authorId')
        .select([
          'comments.id',
          'postId',
          'authorId',
          'text',
          'name as authorName',
          'role as authorRole',
        ])
        .where(
          'postId',
          'in',
          posts.map(({ id }) => id),
        )
        .orderBy('comments.id')
        .execute(),
    )
  // SQLite answers JSON as text.
  const parsed = (query) =>
    engine === 'sqlite' ? query.withPlugin(new ParseJSONResultsPlugin()) : query
  const point = (on, id) =>
    on.selectFrom('posts').selectAll().where('id', '=', id).executeTakeFirst()
  const countOn = async (on, owner) => {
    const { n } = await on
      .selectFrom('posts')
      .select((eb) => eb.fn.countAll().as('n'))
      .where('ownerId', '=', owner)
      .executeTakeFirstOrThrow()
    return Number(n)
  }
  const update = (on, id, set) => on.updateTable('posts').set(set).where('id', '=', id)
  const insert = (on, post) => on.insertInto('posts').values(post)
  const remove = (on, id) => on.deleteFrom('posts').where('id', '=', id).execute()
  return {
    execute,
    pointRead: (id) => point(db, id),
    list: (owner) => listQuery(owner, 20).selectAll().execute(),
    include: async (owner) =>
      engine === 'mariadb'
        ? joined(await listQuery(owner, 10).selectAll().execute())
        : parsed(listQuery(owner, 10))
            .selectAll()
            .select((eb) => commentsOf(eb).as('comments'))
            .execute(),
    count: (owner) => countOn(db, owner),
    aggregate: (owner) =>
      db
        .selectFrom('posts')
        .select((eb) => [
          'status',
          eb.fn.countAll().as('count'),
          eb.fn.sum('score').as('score'),
          eb.fn.avg('rating').as('rating'),
        ])
        .where('ownerId', '=', owner)
        .groupBy('status')
        .orderBy('status')
        .execute(),
    create: (post) => answer(insert(db, stored(post))),
    update: (id, set) => answer(update(db, id, set)),
    updateMany: (owner, score) =>
      db
        .updateTable('posts')
        .set({ score })
        .where('ownerId', '=', owner)
        .where('status', '=', 'draft')
        .execute(),
    remove: (id) => remove(db, id),
    upsert: (post) => {
      const { title, score } = post
      const query = insert(db, stored(post))
      return engine === 'mariadb'
        ? query.onDuplicateKeyUpdate({ title, score }).execute()
        : query.onConflict((on) => on.column('id').doUpdateSet({ title, score })).execute()
    },
    bulk: async (posts) => {
      for (const part of portions(posts, PORTION)) await insert(db, part.map(stored)).execute()
    },
    transaction: (post) =>
      db.transaction().execute(async (tx) => {
        await insert(tx, stored(post)).execute()
        await update(tx, post.id, { title: 'changed', score: 1 }).execute()
        await point(tx, post.id)
        const before = await countOn(tx, post.ownerId)
        await remove(tx, post.id)
        return before
      }),
    close: () => db.destroy(),
  }
}
