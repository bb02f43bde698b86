// Prints, as JSON, how many bytes of heap a call allocates, for the calls of the hot path. Run without an optimizing
// compiler, whose moment is chance, and with a heap so young that nothing is collected meanwhile.
import { AuditMemory, DBALClient } from '@proj/dbal'

const CALLS = 500
const client = new DBALClient({
  workspace: process.argv[2],
  adapter: 'sqlite',
  database: { url: ':memory:' },
  auth: { user: { id: 'u001', role: 'user' } },
  missingCode: 'defer',
  security: { enableAuditLog: true, auditSink: new AuditMemory({ limit: CALLS }) },
})
await client.system().users.create({ id: 'u001', name: 'Ada' })

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
let made = 0
const CALL = {
  create: () => client.posts.create(post((made += 1))),
  read: () => client.posts.read('p7'),
  list: () => client.posts.list(list),
  update: () => client.posts.update('p7', { title: 'changed', score: 3 }),
}

const bytes = {}
for (const [name, call] of Object.entries(CALL)) {
  for (let i = 0; i < CALLS; i += 1) await call()
  globalThis.gc()
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < CALLS; i += 1) await call()
  bytes[name] = Math.round((process.memoryUsage().heapUsed - before) / CALLS)
}
console.log(JSON.stringify(bytes))
await client.close()
