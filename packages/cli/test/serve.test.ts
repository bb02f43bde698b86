// `dbal serve` as a process: ready, asked to stop, and what keeps it from starting.
import { createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dbal, folderWith, write, type Run } from './run-dbal.ts'

const NOTE = `entity: Note
fields:
  id: { type: uuid, primary: true, generated: true }
acl:
  list: { public: true }
`

const project = (config: string): string =>
  folderWith({ 'dbal/entities/note.yaml': NOTE, 'dbal.config.yaml': config })

const MEMORY = 'database: { adapter: memory }\nserver: { port: 0 }\n'

/** Runs until it says where it serves, then does that with the address. */
function serving(
  cwd: string,
  then: (address: string, kill: (signal: NodeJS.Signals) => void) => void,
): Promise<Run> {
  return dbal(['serve'], {
    cwd,
    onOutput: (text, kill) => {
      const [, address] = /^dbal serves at ws:\/\/(.*)\/rpc$/m.exec(text) ?? []
      if (address !== undefined) then(address, kill)
    },
  })
}

test.each(['SIGTERM', 'SIGINT'] as const)('%s ends it in order', async (signal) => {
  let answer: Promise<string> | undefined
  const run = await serving(project(MEMORY), (address, kill) => {
    answer = fetch(`http://${address}/readyz`)
      .then((response) => response.text())
      .finally(() => kill(signal))
  })
  expect(await answer).toBe('ready\n')
  expect(run.code).toBe(0)
  expect(run.stdout).toMatch(/^dbal serves at ws:\/\/127\.0\.0\.1:\d+\/rpc\n$/)
  expect(run.stderr).toContain('warning: without auth in the config every caller is anonymous\n')
  const lines = run.stderr.split('\n').filter((line) => line.startsWith('{'))
  expect(lines.map((line) => (JSON.parse(line) as { readonly msg: string }).msg)).toEqual([
    'ready',
    'draining',
    'closed',
  ])
})

test('SIGHUP takes up files that were replaced, and it goes on', async () => {
  let isAsked = false
  const run = await dbal(['serve'], {
    cwd: project(MEMORY),
    onOutput: (text, kill) => {
      if (text.startsWith('dbal serves at')) kill('SIGHUP')
      if (!text.includes('"reloading"')) return
      isAsked = true
      kill('SIGTERM')
    },
  })
  expect(isAsked).toBe(true)
  expect(run.code).toBe(0)
})

test('a second signal ends it at once (R42)', async () => {
  const handlers = `
    export const operations = { 'Note.wait': () => new Promise(() => {}) }
  `
  const contract = `${NOTE}operations:\n  wait: { input: [], output: string, acl_required: [list] }\n`
  const cwd = folderWith({
    'dbal/entities/note.yaml': contract,
    'dbal/handlers.mjs': handlers,
    'dbal.config.yaml': MEMORY,
  })
  const run = await dbal(['serve'], {
    cwd,
    onOutput: (text, kill) => {
      const [, address] = /^dbal serves at ws:\/\/(.*)\/rpc$/m.exec(text) ?? []
      if (address !== undefined) {
        const body = '{"jsonrpc":"2.0","id":1,"method":"Note.wait","params":{}}'
        const headers = { 'content-type': 'application/json' }
        fetch(`http://${address}/rpc`, { method: 'POST', headers, body }).catch(() => undefined)
        const whenBusy = async (): Promise<void> => {
          const metrics = await fetch(`http://${address}/metrics`).then((each) => each.text())
          if (metrics.includes('dbal_in_flight 1')) kill('SIGTERM')
          else await whenBusy()
        }
        void whenBusy()
      }
      if (text.includes('"draining"')) kill('SIGTERM')
    },
  })
  expect(run.code).toBe(143)
})

test('what keeps it from starting is one line, without a stack', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const address = taken.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const behind = project('database: { url: "file:./dev.db" }\nserver: { port: 0 }\n')
  const pushed = await dbal(['push'], { cwd: behind })
  expect(pushed.code).toBe(0)
  const changed = project('database: { url_file: ./url.txt }\nserver: { port: 0 }\n')
  const [inUse, old, open, unknown, none] = await Promise.all([
    dbal(['serve', '--port', String(port)], { cwd: project(MEMORY) }),
    dbal(['serve', '--workspace', './other'], { cwd: withOther(behind) }),
    dbal(['serve', '--host', '0.0.0.0'], { cwd: project(MEMORY) }),
    dbal(['serve'], { cwd: changed }),
    dbal(['serve', '--url', 'file:none.db'], { cwd: changed }),
  ])
  taken.close()
  expect(inUse.code).toBe(1)
  expect(inUse.stderr).toMatch(
    new RegExp(`^error UNAVAILABLE: .*: port ${port} of 127\\.0\\.0\\.1 is in use\\n$`),
  )
  expect(old.code).toBe(1)
  expect(old.stderr).toMatch(/^error DATABASE_ERROR: .*: run dbal push\n$/)
  expect(open.code).toBe(2)
  expect(open.stderr).toMatch(/^error: server\.host is not a loopback address: .*\n$/)
  expect(none).toMatchObject({ code: 2, stdout: '' })
  expect(none.stderr).toBe('error: there is no database at none.db: dbal push makes it\n')
  expect(unknown.code).toBe(2)
  expect(unknown.stderr).toBe('error: database.url_file ./url.txt cannot be read (ENOENT)\n')
})

/** The folder with another contract beside its own: its database is not at that one. */
function withOther(cwd: string): string {
  write(
    join(cwd, 'other/entities/note.yaml'),
    NOTE.replace('fields:', 'fields:\n  text: { type: string }'),
  )
  return cwd
}
