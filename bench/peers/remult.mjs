// Remult on its own data providers. Its relations and grouping answer in shapes of their own.
import { Fields, Relations, Remult, SqlDatabase, describeEntity } from 'remult'
import { portions } from './rows.mjs'

const PORTION = 3000

// Classes are names here: what they hold is described below.
/* oxlint-disable typescript/no-extraneous-class */
class User {}
class Comment {}
class Post {}
/* oxlint-enable typescript/no-extraneous-class */

const text = () => Fields.string()
describeEntity(User, 'users', { id: text(), name: text(), role: text() })
describeEntity(Comment, 'comments', {
  id: text(),
  postId: text(),
  authorId: text(),
  text: text(),
  author: Relations.toOne(() => User, 'authorId'),
})
describeEntity(Post, 'posts', {
  id: text(),
  ownerId: text(),
  title: text(),
  body: text(),
  status: text(),
  score: Fields.integer(),
  rating: Fields.number(),
  pinned: Fields.boolean(),
  createdAt: Fields.date({ valueConverter: isoText() }),
  comments: Relations.toMany(() => Comment, {
    field: 'postId',
    findOptions: { orderBy: { id: 'asc' } },
  }),
})

function isoText() {
  return {
    toDb: (date) => date?.toISOString(),
    fromDb: (value) => (value instanceof Date ? value : new Date(value)),
    toJson: (date) => date?.toISOString(),
    fromJson: (value) => new Date(value),
  }
}

export async function open({ statements }) {
  const { default: Database } = await import('better-sqlite3')
  const { BetterSqlite3DataProvider } = await import('remult/remult-better-sqlite3')
  const database = new Database(':memory:')
  for (const statement of statements) database.exec(statement)
  const remult = new Remult(new SqlDatabase(new BetterSqlite3DataProvider(database)))
  const posts = remult.repo(Post)
  const order = { score: 'desc', id: 'asc' }
  const list = (ownerId, limit, more = {}) =>
    posts.find({ where: { ownerId, status: 'published' }, orderBy: order, limit, ...more })
  return {
    execute: (sql) => void database.exec(sql),
    pointRead: (id) => posts.findId(id, { useCache: false }),
    list: (owner) => list(owner, 20),
    include: (owner) => list(owner, 10, { include: { comments: { include: { author: true } } } }),
    count: (ownerId) => posts.count({ ownerId }),
    aggregate: async (ownerId) => {
      const groups = await posts.groupBy({
        group: ['status'],
        sum: ['score'],
        avg: ['rating'],
        where: { ownerId },
        orderBy: { status: 'asc' },
      })
      return groups.map(({ status, $count, score, rating }) => ({
        status,
        count: $count,
        score: score.sum,
        rating: rating.avg,
      }))
    },
    create: (post) => posts.insert(post),
    update: (id, set) => posts.update(id, set),
    updateMany: (ownerId, score) =>
      posts.updateMany({ where: { ownerId, status: 'draft' }, set: { score } }),
    remove: (id) => posts.delete(id),
    bulk: async (rows) => {
      for (const part of portions(rows, PORTION)) await posts.insert(part)
    },
    transaction: async (post) => {
      // The provider's transaction answers nothing.
      let before
      await remult.dataProvider.transaction(async (inside) => {
        const repo = new Remult(inside).repo(Post)
        await repo.insert(post)
        await repo.update(post.id, { title: 'changed', score: 1 })
        await repo.findId(post.id, { useCache: false })
        before = await repo.count({ ownerId: post.ownerId })
        await repo.delete(post.id)
      })
      return before
    },
    close: () => void database.close(),
  }
}
