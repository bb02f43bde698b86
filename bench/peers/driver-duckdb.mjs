// The bare driver: @duckdb/node-api with prepared statements, and the appender for many rows.
import { DuckDBInstance, DuckDBTimestampValue } from '@duckdb/node-api'
import { COLUMNS, nest, values } from './rows.mjs'

const stamp = (date) => new DuckDBTimestampValue(BigInt(date.getTime()) * 1000n)
const stored = (post) => [...values(post).slice(0, 8), stamp(post.createdAt)]

export async function open({ statements }) {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  for (const statement of statements) await connection.run(statement)
  const prepare = async (text) => {
    const statement = await connection.prepare(text)
    return async (binds) => {
      statement.bind(binds)
      return (await statement.runAndReadAll()).getRowObjectsJS()
    }
  }
  const insertText = `INSERT INTO posts (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map(() => '?').join(', ')})`
  const point = await prepare('SELECT * FROM posts WHERE id = ?')
  const list = await prepare(
    `SELECT * FROM posts WHERE ownerId = ? AND status = 'published' ORDER BY score DESC, id LIMIT ?`,
  )
  const comments = await prepare(
    `SELECT c.*, u.name AS authorName, u.role AS authorRole FROM comments c JOIN users u ON u.id = c.authorId
     WHERE list_contains(string_split(?, ','), c.postId) ORDER BY c.id`,
  )
  const count = await prepare('SELECT count(*)::INTEGER AS n FROM posts WHERE ownerId = ?')
  const insert = await prepare(insertText)
  const update = await prepare('UPDATE posts SET title = ?, score = ? WHERE id = ?')
  const updateMany = await prepare(
    `UPDATE posts SET score = ? WHERE ownerId = ? AND status = 'draft'`,
  )
  const remove = await prepare('DELETE FROM posts WHERE id = ?')
  const upsert = await prepare(
    `${insertText} ON CONFLICT (id) DO UPDATE SET title = excluded.title, score = excluded.score`,
  )
  const sales = await prepare(
    `SELECT region, count(*)::INTEGER AS count, sum(amount)::INTEGER AS amount, avg(price) AS price
     FROM sales WHERE ownerId = ? GROUP BY region ORDER BY region`,
  )
  return {
    execute: async (sql) => void (await connection.run(sql)),
    pointRead: async (id) => (await point([id]))[0],
    list: (owner) => list([owner, 20]),
    include: async (owner) => {
      const posts = await list([owner, 10])
      return nest(posts, await comments([posts.map(({ id }) => id).join(',')]))
    },
    count: async (owner) => (await count([owner]))[0].n,
    sales: (owner) => sales([owner]),
    create: (post) => insert(stored(post)),
    update: (id, { title, score }) => update([title, score, id]),
    updateMany: (owner, score) => updateMany([score, owner]),
    remove: (id) => remove([id]),
    upsert: (post) => upsert(stored(post)),
    bulk: async (posts) => {
      const appender = await connection.createAppender('posts')
      for (const post of posts) {
        appender.appendVarchar(post.id)
        appender.appendVarchar(post.ownerId)
        appender.appendVarchar(post.title)
        appender.appendVarchar(post.body)
        appender.appendVarchar(post.status)
        appender.appendInteger(post.score)
        appender.appendDouble(post.rating)
        appender.appendBoolean(post.pinned)
        appender.appendTimestamp(stamp(post.createdAt))
        appender.endRow()
      }
      appender.closeSync()
    },
    transaction: async (post) => {
      await connection.run('BEGIN')
      await insert(stored(post))
      await update(['changed', 1, post.id])
      await point([post.id])
      const [{ n }] = await count([post.ownerId])
      await remove([post.id])
      await connection.run('COMMIT')
      return n
    },
    close: () => {
      connection.closeSync()
      instance.closeSync()
    },
  }
}
