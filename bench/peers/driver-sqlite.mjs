// The bare driver: better-sqlite3 with statements prepared once and bound by hand.
import Database from 'better-sqlite3'
import { COLUMNS, nest, values } from './rows.mjs'

const stored = (post) => values(post).map(toStored)
const toStored = (value) =>
  value instanceof Date ? value.toISOString() : typeof value === 'boolean' ? Number(value) : value

export function open({ statements }) {
  const db = new Database(':memory:')
  for (const statement of statements) db.exec(statement)
  const places = COLUMNS.map(() => '?').join(', ')
  const insertText = `INSERT INTO posts (${COLUMNS.join(', ')}) VALUES (${places})`
  const point = db.prepare('SELECT * FROM posts WHERE id = ?')
  const list = db.prepare(
    `SELECT * FROM posts WHERE ownerId = ? AND status = 'published' ORDER BY score DESC, id LIMIT ?`,
  )
  const comments = db.prepare(
    `SELECT c.*, u.name AS authorName, u.role AS authorRole FROM comments c JOIN users u ON u.id = c.authorId
     WHERE c.postId IN (SELECT value FROM json_each(?)) ORDER BY c.id`,
  )
  const count = db.prepare('SELECT count(*) FROM posts WHERE ownerId = ?').pluck()
  const aggregate = db.prepare(
    `SELECT status, count(*) AS count, sum(score) AS score, avg(rating) AS rating
     FROM posts WHERE ownerId = ? GROUP BY status ORDER BY status`,
  )
  const insert = db.prepare(insertText)
  const update = db.prepare('UPDATE posts SET title = ?, score = ? WHERE id = ?')
  const updateMany = db.prepare(`UPDATE posts SET score = ? WHERE ownerId = ? AND status = 'draft'`)
  const remove = db.prepare('DELETE FROM posts WHERE id = ?')
  const upsert = db.prepare(
    `${insertText} ON CONFLICT (id) DO UPDATE SET title = excluded.title, score = excluded.score`,
  )
  const bulk = db.transaction((posts) => {
    for (const post of posts) insert.run(stored(post))
  })
  const transaction = db.transaction((post) => {
    insert.run(stored(post))
    update.run('changed', 1, post.id)
    point.get(post.id)
    const before = count.get(post.ownerId)
    remove.run(post.id)
    return before
  })
  return {
    execute: (sql) => void db.exec(sql),
    pointRead: (id) => point.get(id),
    list: (owner) => list.all(owner, 20),
    include: (owner) => {
      const posts = list.all(owner, 10)
      return nest(posts, comments.all(JSON.stringify(posts.map(({ id }) => id))))
    },
    count: (owner) => count.get(owner),
    aggregate: (owner) => aggregate.all(owner),
    create: (post) => insert.run(stored(post)),
    update: (id, { title, score }) => update.run(title, score, id),
    updateMany: (owner, score) => updateMany.run(score, owner).changes,
    remove: (id) => remove.run(id).changes,
    upsert: (post) => upsert.run(stored(post)),
    bulk: (posts) => bulk(posts),
    transaction: (post) => transaction(post),
    close: () => void db.close(),
  }
}
