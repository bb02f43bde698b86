// The columns of a post and the shapes that peers without relations have to build by hand.

export const COLUMNS = [
  'id',
  'ownerId',
  'title',
  'body',
  'status',
  'score',
  'rating',
  'pinned',
  'createdAt',
]

/** A post's values in the order of COLUMNS. */
export const values = (post) => [
  post.id,
  post.ownerId,
  post.title,
  post.body,
  post.status,
  post.score,
  post.rating,
  post.pinned,
  post.createdAt,
]

/** Posts with their comments, of rows that have the author beside each comment. */
export function nest(posts, comments) {
  const byPost = new Map(posts.map((post) => [post.id, []]))
  for (const { id, postId, authorId, text, authorName: name, authorRole: role } of comments)
    byPost.get(postId).push({ id, postId, authorId, text, author: { id: authorId, name, role } })
  return posts.map((post) => ({ ...post, comments: byPost.get(post.id) }))
}

/** Rows in portions whose parameters an engine accepts in one statement. */
export function portions(rows, size) {
  const parts = []
  for (let at = 0; at < rows.length; at += size) parts.push(rows.slice(at, at + size))
  return parts
}

/** Rows that have `_count`, `_sum` and `_avg`, as Prisma and ZenStack group. */
export const flatGroups = (groups) =>
  groups.map(({ status, _count, _sum, _avg }) => ({
    status,
    count: _count._all,
    score: _sum.score,
    rating: _avg.rating,
  }))
