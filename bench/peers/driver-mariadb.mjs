// The bare driver: mariadb with `execute`, whose statements the connection keeps prepared.
import { createPool } from 'mariadb'
import { COLUMNS, nest, values } from './rows.mjs'

const INSERT = `INSERT INTO posts (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map(() => '?').join(', ')})`
const POINT = 'SELECT * FROM posts WHERE id = ?'
const COUNT = 'SELECT count(*) AS n FROM posts WHERE ownerId = ?'
const UPDATE = 'UPDATE posts SET title = ?, score = ? WHERE id = ?'
const REMOVE = 'DELETE FROM posts WHERE id = ?'

export function open({ url, poolSize }) {
  const { hostname, port, username, password, pathname } = new URL(url)
  const pool = createPool({
    host: hostname,
    port: Number(port || 3306),
    user: username,
    password,
    database: pathname.slice(1),
    connectionLimit: poolSize,
    timezone: 'Z',
    bigIntAsNumber: true,
  })
  const list = (owner, limit) =>
    pool.execute(
      `SELECT * FROM posts WHERE ownerId = ? AND status = 'published' ORDER BY score DESC, id LIMIT ${limit}`,
      [owner],
    )
  return {
    execute: async (sql) => void (await pool.query(sql)),
    pointRead: async (id) => (await pool.execute(POINT, [id]))[0],
    list: (owner) => list(owner, 20),
    include: async (owner) => {
      const posts = await list(owner, 10)
      const comments = await pool.execute(
        `SELECT c.*, u.name AS authorName, u.role AS authorRole FROM comments c JOIN users u ON u.id = c.authorId
         WHERE c.postId IN (${posts.map(() => '?').join(', ')}) ORDER BY c.id`,
        posts.map(({ id }) => id),
      )
      return nest(posts, comments)
    },
    count: async (owner) => (await pool.execute(COUNT, [owner]))[0].n,
    aggregate: (owner) =>
      pool.execute(
        `SELECT status, count(*) AS count, CAST(sum(score) AS INTEGER) AS score, avg(rating) AS rating
         FROM posts WHERE ownerId = ? GROUP BY status ORDER BY status`,
        [owner],
      ),
    create: (post) => pool.execute(INSERT, values(post)),
    update: (id, { title, score }) => pool.execute(UPDATE, [title, score, id]),
    updateMany: (owner, score) =>
      pool.execute(`UPDATE posts SET score = ? WHERE ownerId = ? AND status = 'draft'`, [
        score,
        owner,
      ]),
    remove: (id) => pool.execute(REMOVE, [id]),
    upsert: (post) =>
      pool.execute(
        `${INSERT} ON DUPLICATE KEY UPDATE title = VALUES(title), score = VALUES(score)`,
        values(post),
      ),
    bulk: (posts) => pool.batch(INSERT, posts.map(values)),
    transaction: async (post) => {
      const connection = await pool.getConnection()
      try {
        await connection.beginTransaction()
        await connection.execute(INSERT, values(post))
        await connection.execute(UPDATE, ['changed', 1, post.id])
        await connection.execute(POINT, [post.id])
        const [{ n }] = await connection.execute(COUNT, [post.ownerId])
        await connection.execute(REMOVE, [post.id])
        await connection.commit()
        return n
      } finally {
        await connection.release()
      }
    },
    close: () => pool.end(),
  }
}
