// Drizzle: queries built at each call, or prepared once with placeholders.
import { and, asc, avg, count, desc, eq, sql, sum } from 'drizzle-orm'
import { connect } from './drizzle-connect.mjs'
import { COLUMNS, portions } from './rows.mjs'

const PORTION = 3000
const place = sql.placeholder

export async function open(target) {
  const { db, schema, execute, close } = await connect(target)
  const { posts } = schema
  const isMysql = target.engine === 'mariadb'
  const answer = (query) => (isMysql ? query : query.returning())
  const changes = ({ title, score }) =>
    isMysql ? { set: { title, score } } : { target: posts.id, set: { title, score } }
  const upsert = (values, set) =>
    isMysql
      ? db.insert(posts).values(values).onDuplicateKeyUpdate(changes(set))
      : db.insert(posts).values(values).onConflictDoUpdate(changes(set))
  const published = (owner) => and(eq(posts.ownerId, owner), eq(posts.status, 'published'))
  const order = [desc(posts.score), asc(posts.id)]
  const pointOn = (on, id) => on.select().from(posts).where(eq(posts.id, id))
  const countOn = (on, owner) =>
    on.select({ n: count() }).from(posts).where(eq(posts.ownerId, owner))
  const listQuery = (owner) =>
    db
      .select()
      .from(posts)
      .where(published(owner))
      .orderBy(...order)
      .limit(20)
  const includeQuery = (owner) =>
    db.query.posts.findMany({
      where: published(owner),
      orderBy: order,
      limit: 10,
      with: { comments: { orderBy: asc(schema.comments.id), with: { author: true } } },
    })
  const aggregateQuery = (owner) =>
    db
      .select({
        status: posts.status,
        count: count(),
        score: sum(posts.score).mapWith(Number),
        rating: avg(posts.rating).mapWith(Number),
      })
      .from(posts)
      .where(eq(posts.ownerId, owner))
      .groupBy(posts.status)
      .orderBy(posts.status)
  const updateQuery = (id, set, on = db) => on.update(posts).set(set).where(eq(posts.id, id))
  const updateManyQuery = (owner, score) =>
    db
      .update(posts)
      .set({ score })
      .where(and(eq(posts.ownerId, owner), eq(posts.status, 'draft')))
  const removeQuery = (id, on = db) => on.delete(posts).where(eq(posts.id, id))
  return {
    execute,
    close,
    pointRead: async (id) => (await pointOn(db, id))[0],
    list: (owner) => listQuery(owner),
    include: (owner) => includeQuery(owner),
    count: async (owner) => (await countOn(db, owner))[0].n,
    aggregate: (owner) => aggregateQuery(owner),
    create: (post) => answer(db.insert(posts).values(post)),
    update: (id, set) => answer(updateQuery(id, set)),
    updateMany: (owner, score) => updateManyQuery(owner, score),
    remove: (id) => removeQuery(id),
    upsert: (post) => upsert(post, post),
    bulk: async (rows) => {
      for (const part of portions(rows, PORTION)) await db.insert(posts).values(part)
    },
    transaction: (post) => {
      const { id, ownerId } = post
      if (target.engine === 'sqlite')
        return db.transaction((tx) => {
          tx.insert(posts).values(post).run()
          updateQuery(id, { title: 'changed', score: 1 }, tx).run()
          pointOn(tx, id).get()
          const { n } = countOn(tx, ownerId).get()
          removeQuery(id, tx).run()
          return n
        })
      return db.transaction(async (tx) => {
        await tx.insert(posts).values(post)
        await updateQuery(id, { title: 'changed', score: 1 }, tx)
        await pointOn(tx, id)
        const [{ n }] = await countOn(tx, ownerId)
        await removeQuery(id, tx)
        return n
      })
    },
    prepare: () => {
      const named = (name, query) =>
        target.engine === 'sqlite' ? query.prepare() : query.prepare(name)
      const row = Object.fromEntries(COLUMNS.map((name) => [name, place(name)]))
      const set = { title: sql`${place('title')}`, score: sql`${place('score')}` }
      const again = { title: sql`${place('newTitle')}`, score: sql`${place('newScore')}` }
      return {
        point: named('point', pointOn(db, place('id'))),
        list: named('list', listQuery(place('owner'))),
        include: named('include', includeQuery(place('owner'))),
        count: named('count', countOn(db, place('owner'))),
        aggregate: named('aggregate', aggregateQuery(place('owner'))),
        create: named('create', answer(db.insert(posts).values(row))),
        update: named('update', answer(updateQuery(place('id'), set))),
        updateMany: named('updateMany', updateManyQuery(place('owner'), sql`${place('score')}`)),
        remove: named('remove', removeQuery(place('id'))),
        upsert: named('upsert', upsert(row, again)),
      }
    },
  }
}

export async function openPrepared(target) {
  const session = await open(target)
  const kept = session.prepare()
  return {
    execute: session.execute,
    close: session.close,
    pointRead: async (id) => (await kept.point.execute({ id }))[0],
    list: (owner) => kept.list.execute({ owner }),
    include: (owner) => kept.include.execute({ owner }),
    count: async (owner) => (await kept.count.execute({ owner }))[0].n,
    aggregate: (owner) => kept.aggregate.execute({ owner }),
    create: (post) => kept.create.execute(post),
    update: (id, { title, score }) => kept.update.execute({ id, title, score }),
    updateMany: (owner, score) => kept.updateMany.execute({ owner, score }),
    remove: (id) => kept.remove.execute({ id }),
    upsert: (post) => kept.upsert.execute({ ...post, newTitle: post.title, newScore: post.score }),
  }
}
