// Prints, as JSON, the mean microseconds that a call of the task spends in each layer of DBAL on SQLite in memory.
import { AuditMemory, DBALClient } from '@proj/dbal'
import { traceCalls, tracing } from '@proj/dbal/trace'

const [workspace, task, calls] = process.argv.slice(2)
const client = new DBALClient({
  workspace,
  adapter: 'sqlite',
  database: { url: ':memory:' },
  auth: { user: { id: 'u001', role: 'user' } },
  missingCode: 'defer',
  security: { enableAuditLog: true, auditSink: new AuditMemory() },
})
await client.system().users.create({ id: 'u001', name: 'Ada' })

let made = 0
const create = () =>
  client.posts.create({
    id: `p${(made += 1)}`,
    ownerId: 'u001',
    title: 'A title',
    body: 'A body',
    status: 'published',
    score: made % 1000,
    rating: 0.5,
    pinned: false,
    createdAt: new Date(),
  })
for (let i = 0; i < 100; i += 1) await create()

const sort = [{ score: 'desc' }, { id: 'asc' }]
const TASKS = {
  read: () => client.posts.read('p7'),
  list: () => client.posts.list({ filter: { status: 'published' }, sort, limit: 20 }),
  create,
  update: () => client.posts.update('p7', { title: 'changed', score: 3 }),
}
for (let i = 0; i < calls; i += 1) await TASKS[task]()

const sums = {}
tracing.trace = traceCalls(({ layers }) => {
  for (const [layer, time] of layers) sums[layer] = (sums[layer] ?? 0) + time
})
for (let i = 0; i < calls; i += 1) await TASKS[task]()
const each = Object.entries(sums).map(([layer, sum]) => [layer, (sum * 1000) / calls])
console.log(JSON.stringify(Object.fromEntries(each)))
tracing.trace = undefined
await client.close()
