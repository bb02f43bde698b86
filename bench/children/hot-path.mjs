// The calls of the hot path, each by itself, on a database in memory.
import { AuditMemory, DBALClient } from '@proj/dbal'

const ADA = { user: { id: 'u001', role: 'user' } }

const post = (n) => ({
  id: `p${n}`,
  ownerId: 'u001',
  title: `Title ${n}`,
  body: 'A body',
  status: 'published',
  score: n,
  rating: 0.5,
  pinned: false,
  createdAt: new Date(1_700_000_000_000 + n),
})
const list = {
  filter: { status: 'published' },
  sort: [{ score: 'desc' }, { id: 'asc' }],
  limit: 20,
}

/** @param {{ workspace: string | undefined, audited: number }} options `audited`: entries that are kept */
export async function openHotPath({ workspace, audited }) {
  const client = new DBALClient({
    workspace,
    adapter: 'sqlite',
    database: { url: ':memory:' },
    auth: ADA,
    operations: { 'Post.noop': ({ input }) => input['score'] },
    security: { enableAuditLog: true, auditSink: new AuditMemory({ limit: audited }) },
  })
  await client.system().users.create({ id: 'u001', name: 'Ada' })
  let made = 0
  const calls = {
    create: () => client.posts.create(post((made += 1))),
    read: () => client.posts.read('p7'),
    list: () => client.posts.list(list),
    update: () => client.posts.update('p7', { title: 'changed', score: 3 }),
  }
  return { client, auth: ADA, calls }
}
