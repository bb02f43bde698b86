// The works on databases, as data. A call's number decides its values, so that every peer does the same.
import { newPost, ownPostId, OWNER, type Post } from '../data/posts.ts'
import type { EngineName } from '../engine/engine.ts'
import { bulkWork } from './bulk-work.ts'
import { sessionWork, type FullSession, type SessionWork } from './work.ts'

const ALL: readonly EngineName[] = ['sqlite', 'postgres', 'mariadb', 'duckdb']
const ROWS: readonly EngineName[] = ['sqlite', 'postgres', 'mariadb']

const change = (n: number) => ({ id: ownPostId(n), title: `Changed ${n}`, score: n % 1000 })
const owner = (): string => OWNER
const isThere = (session: FullSession, { id }: { readonly id: string }): unknown =>
  session.pointRead(id)

/** Every other call finds its post. */
const upserted = (n: number): Post =>
  n % 2 === 0 ? newPost(n) : { ...newPost(n), id: ownPostId(n), score: n % 1000 }

const read = (
  name: string,
  task: 'list' | 'include' | 'count' | 'aggregate' | 'sales',
  engines: readonly EngineName[] = ALL,
): SessionWork =>
  sessionWork({
    name,
    task,
    engines,
    sales: task === 'sales',
    input: owner,
    call: (session, id) => session[task](id),
  })

const pointRead = {
  task: 'pointRead',
  input: ownPostId,
  call: (session: FullSession, id: string) => session.pointRead(id),
} as const

const noop = {
  task: 'noop',
  engines: ['bridge'],
  input: (n: number) => n % 1000,
  call: (session: FullSession, n: number) => session.noop(n),
} as const

export const SESSION_WORKS: readonly SessionWork[] = [
  sessionWork({ ...pointRead, name: 'point-read', engines: [...ALL, 'bridge'] }),
  read('list', 'list'),
  read('include', 'include'),
  read('count', 'count'),
  read('aggregate', 'aggregate', ROWS),
  read('aggregate', 'sales', ['duckdb']),
  sessionWork<Post>({
    name: 'create',
    task: 'create',
    engines: ALL,
    leaves: true,
    input: newPost,
    call: (session, post) => session.create(post),
    evidence: isThere,
  }),
  sessionWork<ReturnType<typeof change>>({
    name: 'update',
    task: 'update',
    engines: ALL,
    input: change,
    call: (session, { id, title, score }) => session.update(id, { title, score }),
    evidence: isThere,
  }),
  sessionWork({
    name: 'update-many',
    task: 'updateMany',
    engines: ALL,
    input: (n) => n % 1000,
    call: (session, score) => session.updateMany(OWNER, score),
    evidence: (session) => session.pointRead(ownPostId(0)),
  }),
  sessionWork({
    name: 'delete',
    task: 'remove',
    engines: ALL,
    leaves: true,
    input: newPost,
    stored: (post) => post,
    call: (session, { id }) => session.remove(id),
    evidence: (session) => session.count(OWNER),
  }),
  sessionWork<Post>({
    name: 'upsert',
    task: 'upsert',
    engines: ALL,
    leaves: true,
    input: upserted,
    call: (session, post) => session.upsert(post),
    evidence: isThere,
  }),
  bulkWork(100),
  { ...bulkWork(10_000), rounds: 7 },
  sessionWork({
    name: 'transaction',
    task: 'transaction',
    engines: ALL,
    leaves: true,
    input: newPost,
    call: (session, post) => session.transaction(post),
  }),
  // Prisma makes one statement of the look-ups of one turn of the loop, which it cannot do with lists.
  sessionWork({ ...pointRead, name: 'concurrent', engines: ['postgres'], inFlight: 64 }),
  { ...read('concurrent-list', 'list', ['postgres']), inFlight: 64 },
  sessionWork({ ...pointRead, name: 'point-read-128', engines: ['bridge'], inFlight: 128 }),
  sessionWork({ ...noop, name: 'noop' }),
  sessionWork({ ...noop, name: 'noop-128', inFlight: 128 }),
]
