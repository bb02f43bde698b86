// The rows that every peer is given: made by formulas, so that all databases hold the same.

export interface Post {
  readonly id: string
  readonly ownerId: string
  readonly title: string
  readonly body: string
  readonly status: string
  readonly score: number
  readonly rating: number
  readonly pinned: boolean
  readonly createdAt: Date
}

export type Row = Readonly<Record<string, string | number | boolean | Date>>

export interface DataSize {
  readonly users: number
  /** Rows of the table that DuckDB aggregates. */
  readonly sales: number
}

/** Who is signed in, and whose posts are read. */
export const OWNER = 'u001'

const POSTS_PER_USER = 100
const COMMENTS_PER_POST = 3
const STATUSES = ['draft', 'review', 'published'] as const
const EPOCH = Date.UTC(2026, 0, 1)

const padded = (letter: string, n: number, width: number): string =>
  letter + String(n).padStart(width, '0')

const userId = (n: number): string => padded('u', n, 3)
const postId = (user: number, n: number): string => padded('p', user * POSTS_PER_USER + n, 6)

function post(id: string, ownerId: string, n: number): Post {
  return {
    id,
    ownerId,
    title: `The title of post ${n}`,
    body: `A body of some length, as bodies are. ${'Word upon word. '.repeat(6)}${n}`,
    status: STATUSES[n % 3] ?? 'draft',
    score: (n * 7919) % 1000,
    rating: ((n * 31) % 50) / 10 + 0.25,
    pinned: n % 7 === 0,
    createdAt: new Date(EPOCH + n * 61_000),
  }
}

/** One of the owner's posts. */
export const ownPostId = (n: number): string => postId(1, n % POSTS_PER_USER)

/** A post that is not stored; ids go behind those of all stored ones. */
export const newPost = (n: number): Post => post(padded('x', n, 8), OWNER, n)

export interface Table {
  readonly name: string
  readonly rows: readonly Row[]
}

/** Tables in the order of their keys. */
export function seedTables({ users }: DataSize): readonly Table[] {
  const people = Array.from({ length: users }, (_, n) => n)
  const posts = people.flatMap((user) =>
    Array.from({ length: POSTS_PER_USER }, (_, n) => post(postId(user, n), userId(user), n)),
  )
  const comments = posts.flatMap(({ id }, p) =>
    Array.from({ length: COMMENTS_PER_POST }, (_, n) => ({
      id: padded('c', p * COMMENTS_PER_POST + n, 7),
      postId: id,
      authorId: userId((p + n) % users),
      text: `Comment ${n} on post ${p}`,
    })),
  )
  return [
    {
      name: 'users',
      rows: people.map((n) => ({ id: userId(n), name: `User ${n}`, role: 'user' })),
    },
    { name: 'posts', rows: posts.map((each) => ({ ...each })) },
    { name: 'comments', rows: comments },
  ]
}
