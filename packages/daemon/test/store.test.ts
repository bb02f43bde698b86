// What a daemon tells of its database while it runs.
import { readFileSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { newDatabase, push } from './new-database.ts'
import { ask, call, projectFolder, serve, serveFolder, type Served } from './serve.ts'

const CANARY = 'canary5d1e'
const postgres = process.env['DBAL_TEST_POSTGRES_URL']

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function start(): Promise<{ readonly daemon: Served; readonly url: string; cwd: string }> {
  const cwd = projectFolder({ config: 'database: { connection_pool_size: 3 }' })
  const { url, drop } = await newDatabase(postgres ?? '', join(cwd, 'dbal'))
  ends.push(drop)
  const daemon = await serveFolder(cwd, { adapter: 'prisma', url })
  ends.push(() => daemon.close())
  return { daemon, url, cwd }
}

const pool = async (daemon: Served): Promise<readonly (readonly [string, number])[]> => {
  const { text } = await ask(daemon, '/metrics')
  return [...text.matchAll(/^dbal_pool_(\w+) (\d+)$/gm)].map(
    ([, name = '', value]) => [name, Number(value)] as const,
  )
}

test.runIf(postgres)('not ready once another schema was pushed', async () => {
  const { daemon, url, cwd } = await start()
  const ready = async (): Promise<string> => (await ask(daemon, '/readyz')).text
  expect(await ready()).toBe('ready\n')
  const contract = readFileSync(join(cwd, 'dbal/entities/all.yaml'), 'utf8')
  const other = projectFolder({
    files: {
      'dbal/entities/all.yaml': contract
        .replace('TOKEN', 'token')
        .replace(
          '  text: { type: string, required: true }',
          '  text: { type: string, required: true }\n  more: { type: string, nullable: true }',
        ),
    },
  })
  await push(url, join(other, 'dbal'))
  await expect
    .poll(ready, { timeout: 10_000 })
    .toBe('the database is not at this model: run dbal push\n')
})

test.runIf(postgres)('connections to the database that are used, free and waited for', async () => {
  const { daemon } = await start()
  await call(daemon, 'Note.count')
  expect(await pool(daemon)).toEqual([
    ['size', 3],
    ['in_use', 0],
    ['idle', 1],
    ['waiting', 0],
  ])
  const held = Promise.all(
    Array.from({ length: 5 }, () => daemon.client.transaction(() => once(process, 'dbal-test-go'))),
  )
  await expect
    .poll(() => pool(daemon), { timeout: 10_000 })
    .toEqual([
      ['size', 3],
      ['in_use', 3],
      ['idle', 0],
      ['waiting', 2],
    ])
  const release = setInterval(() => process.emit('dbal-test-go' as never), 10)
  await held.finally(() => clearInterval(release))
})

test.runIf(postgres)('the password of the database is in nothing that is told (R46)', async () => {
  const cwd = projectFolder({ config: 'server: { log_level: debug }' })
  const { url, drop } = await newDatabase(postgres ?? '', join(cwd, 'dbal'))
  const secret = new URL(url)
  // Local callers are trusted whatever they say.
  secret.password = CANARY
  const daemon = await serveFolder(cwd, { adapter: 'prisma', url: secret.href })
  ends.push(() => daemon.close())
  const told: unknown[] = []
  const say = async (method: string, params: object): Promise<void> => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
    const headers = { 'content-type': 'application/json' }
    told.push(await ask(daemon, '/rpc', { method: 'POST', headers, body }))
  }
  await say('Note.list', {})
  await say('Note.nothing', {})
  await say('Note.list', { filter: { [CANARY.slice(1)]: 1 } })
  // What the engine says of its own end is the likeliest to tell.
  await drop()
  await say('Note.list', {})
  told.push(await ask(daemon, '/readyz'), await ask(daemon, '/metrics'), daemon.log())
  expect(JSON.stringify(told)).toContain('DATABASE_ERROR')
  expect(JSON.stringify(told)).not.toContain(CANARY)
})

test('nothing of a pool where there is none', async () => {
  expect(await pool(await serve())).toEqual([])
})
