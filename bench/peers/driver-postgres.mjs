// The bare driver: pg with named statements, which the server keeps prepared.
import { openPgPool } from './pg-pool.mjs'
import { COLUMNS, nest, values } from './rows.mjs'

const NAMES = COLUMNS.map((name) => `"${name}"`).join(', ')
const INSERT = `INSERT INTO posts (${NAMES}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
const TYPES = ['text', 'text', 'text', 'text', 'text', 'int4', 'float8', 'bool', 'timestamp']
const ARRAYS = TYPES.map((type, i) => `$${i + 1}::${type}[]`).join(', ')
const SQL = {
  point: 'SELECT * FROM posts WHERE id = $1',
  list: `SELECT * FROM posts WHERE "ownerId" = $1 AND status = 'published' ORDER BY score DESC, id LIMIT $2`,
  comments: `SELECT c.*, u.name AS "authorName", u.role AS "authorRole"
    FROM comments c JOIN users u ON u.id = c."authorId" WHERE c."postId" = ANY($1) ORDER BY c.id`,
  count: 'SELECT count(*)::int4 AS n FROM posts WHERE "ownerId" = $1',
  aggregate: `SELECT status, count(*)::int4 AS count, sum(score)::int4 AS score, avg(rating) AS rating
    FROM posts WHERE "ownerId" = $1 GROUP BY status ORDER BY status`,
  insert: INSERT,
  update: 'UPDATE posts SET title = $1, score = $2 WHERE id = $3',
  updateMany: `UPDATE posts SET score = $1 WHERE "ownerId" = $2 AND status = 'draft'`,
  remove: 'DELETE FROM posts WHERE id = $1',
  upsert: `${INSERT} ON CONFLICT (id) DO UPDATE SET title = excluded.title, score = excluded.score`,
  bulk: `INSERT INTO posts (${NAMES}) SELECT * FROM unnest(${ARRAYS})`,
}

export function open({ url, poolSize }) {
  const pool = openPgPool(url, poolSize, true)
  const run = (name, binds, on = pool) => on.query({ name, text: SQL[name], values: binds })
  const rows = async (name, binds, on) => (await run(name, binds, on)).rows
  const changed = async (name, binds, on) => (await run(name, binds, on)).rowCount
  const stored = (post) => [...values(post).slice(0, 8), post.createdAt.toISOString()]
  return {
    execute: async (sql) => void (await pool.query(sql)),
    pointRead: async (id) => (await rows('point', [id]))[0],
    list: (owner) => rows('list', [owner, 20]),
    include: async (owner) => {
      const posts = await rows('list', [owner, 10])
      return nest(posts, await rows('comments', [posts.map(({ id }) => id)]))
    },
    count: async (owner) => (await rows('count', [owner]))[0].n,
    aggregate: (owner) => rows('aggregate', [owner]),
    create: (post) => changed('insert', stored(post)),
    update: (id, { title, score }) => changed('update', [title, score, id]),
    updateMany: (owner, score) => changed('updateMany', [score, owner]),
    remove: (id) => changed('remove', [id]),
    upsert: (post) => changed('upsert', stored(post)),
    bulk: (posts) => {
      const table = posts.map(stored)
      return changed(
        'bulk',
        COLUMNS.map((_, i) => table.map((row) => row[i])),
      )
    },
    transaction: async (post) => {
      const client = await pool.connect()
      try {
        await client.query('BEGIN')
        await run('insert', stored(post), client)
        await run('update', ['changed', 1, post.id], client)
        await run('point', [post.id], client)
        const [{ n }] = await rows('count', [post.ownerId], client)
        await run('remove', [post.id], client)
        await client.query('COMMIT')
        return n
      } finally {
        client.release()
      }
    },
    close: () => pool.end(),
  }
}
