// What a peer does on one database: the same task in each peer's own words. Answers are what the peer
// gives; comparing them is left to canonical-answer.ts.
import type { Post } from '../data/posts.ts'

type MaybePromise<T> = T | Promise<T>

export interface Session {
  /** One statement; never timed. */
  execute(sql: string): MaybePromise<void>
  close(): MaybePromise<void>
  /** Nothing: answers what it is given. */
  noop?(n: number): MaybePromise<unknown>
  pointRead?(id: string): MaybePromise<unknown>
  /** 20 published posts of the owner, best score first, then by id. */
  list?(owner: string): MaybePromise<unknown>
  /** 10 of them with their comments, by id, and each comment's author. */
  include?(owner: string): MaybePromise<unknown>
  /** The owner's posts. */
  count?(owner: string): MaybePromise<unknown>
  /** Of the owner's posts by status: `{ status, count, score (sum), rating (average) }`, sorted. */
  aggregate?(owner: string): MaybePromise<unknown>
  /** Of the owner's sales by region: `{ region, count, amount (sum), price (average) }`, sorted. */
  sales?(owner: string): MaybePromise<unknown>
  create?(post: Post): MaybePromise<unknown>
  update?(id: string, change: { title: string; score: number }): MaybePromise<unknown>
  /** The score of the owner's drafts. */
  updateMany?(owner: string, score: number): MaybePromise<unknown>
  remove?(id: string): MaybePromise<unknown>
  /** Creates the post, or sets title and score of the one that is there. */
  upsert?(post: Post): MaybePromise<unknown>
  bulk?(posts: readonly Post[]): MaybePromise<unknown>
  /** Create, update, read, count and delete in one transaction; answers the count. */
  transaction?(post: Post): MaybePromise<unknown>
}

export type Task = Exclude<keyof Session, 'execute' | 'close'>
