// Prints how many KiB of heap a client holds after a thousand shapes of a list that it had not before.
import { DBALClient } from '@proj/dbal'

const SHAPES = 1000
const client = new DBALClient({
  workspace: process.argv[2],
  adapter: 'sqlite',
  database: { url: ':memory:' },
  auth: { user: { id: 'u001', role: 'user' } },
  missingCode: 'defer',
})
const FIELDS = ['title', 'body', 'status', 'score', 'rating', 'pinned', 'createdAt']
const OPERATORS = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte']

/** The number in binary chooses the fields that are selected, what is above them the filter. */
const shape = (n) => {
  const select = FIELDS.filter((_, i) => ((n % 127) + 1) & (1 << i))
  return {
    select,
    filter: { score: { [OPERATORS[Math.floor(n / 127) % 6]]: 5 } },
    limit: n < 762 ? 5 : 6,
  }
}

async function heap() {
  for (let i = 0; i < 3; i += 1) {
    globalThis.gc()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return process.memoryUsage().heapUsed
}

for (let i = 0; i < 2000; i += 1) await client.posts.list({ filter: { id: String(i) } })
const before = await heap()
for (let n = 0; n < SHAPES; n += 1) {
  const { select, filter, limit } = shape(n)
  const sort = n < 762 ? { score: 'asc' } : { score: 'desc' }
  await client.posts.list({ select, filter, sort, limit })
}
const after = await heap()
console.log(Math.round((after - before) / 1024))
await client.close()
