// An operator who follows the guide to a client under row-level security: its SQL, the commands, a daemon and its client.
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DBALClient } from '@proj/dbal'
import { openPrisma } from '@proj/dbal-adapter-prisma'
import { compileWorkspace } from '@proj/dbal-schema'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dbal, folderWith, type Run } from './run-dbal.ts'

const server = process.env['DBAL_TEST_POSTGRES_URL'] ?? ''
const GUIDE = fileURLToPath(new URL('../../../docs/guides/row-level-security.md', import.meta.url))

const NOTE = `entity: Note
owner: ownerId
fields:
  id: { type: string, primary: true }
  ownerId: { type: string, required: true, default: { user: id } }
  text: { type: string, required: true }
acl:
  read: { self: true, admin: true }
  create: { self: true }
  update: { self: true }
  delete: { self: true }
`
/** The caller of the guide's example. */
const ANN = '0199…'
const SEEDS = `entity: Note
records:
  - { id: ann1, ownerId: '${ANN}', text: seeded }
  - { id: bob1, ownerId: bob, text: seeded }
`

const name = `dbal_lock_${randomBytes(6).toString('hex')}`
const KEY = `dbal_${randomBytes(24).toString('hex')}`
const url = new URL(server === '' ? 'postgresql://none' : server)
url.pathname = `/${name}`
const login = new URL(url)
login.username = name

const { model } = compileWorkspace([{ path: 'entities/note.yaml', text: NOTE }])

/** Statements on one connection, each by itself; the rows of all. */
async function run(at: URL | string, ...statements: readonly string[]): Promise<unknown[]> {
  if (model === undefined) throw new Error('the contract does not compile')
  const adapter = await openPrisma({ model, url: String(at), poolSize: 1 })
  try {
    const rows: unknown[] = []
    for (const statement of statements)
      rows.push(...((await adapter.schema?.query(statement)) ?? []))
    return rows
  } finally {
    await adapter.close()
  }
}

/** The block of the guide that has the text, with names of this test. */
function guided(text: string): readonly string[] {
  const blocks = [...readFileSync(GUIDE, 'utf8').matchAll(/^```sql\n([^]*?)^```$/gm)]
  const [, block = ''] = blocks.find(([whole]) => whole.includes(text)) ?? []
  return block
    .replaceAll(/^--.*$/gm, '')
    .replaceAll(/\bapp_system\b/g, `${name}_system`)
    .replaceAll(/\bapp\b/g, name)
    .replaceAll(/\bshop\b/g, name)
    .split(';\n')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
}

const cwd = folderWith({
  'dbal/entities/note.yaml': NOTE,
  'dbal/roles.yaml': 'roles: [user, admin]\n',
  'dbal/seeds/note.seed.yaml': SEEDS,
  'keys.yaml': `keys:
  - name: ann
    sha256: ${createHash('sha256').update(KEY).digest('hex')}
    user: { id: '${ANN}', role: user }
`,
  'dbal.config.yaml': `workspace: ./dbal
database:
  url_env: DATABASE_URL
  rls: { system_role: ${name}_system }
security: { audit_log: true }
auth: { anonymous: true, api_keys_file: ./keys.yaml }
server: { port: 0 }
`,
})

const env = { DATABASE_URL: login.href }
const command = (...args: readonly string[]): Promise<Run> => dbal(args, { cwd, env })
const idsOf = ({ stdout }: Run): readonly string[] =>
  (JSON.parse(stdout) as { readonly data: readonly { readonly id: string }[] }).data.map(
    ({ id }) => id,
  )

describe.runIf(server !== '')('a login that the policies bind', () => {
  beforeAll(async () => {
    await run(server, `CREATE DATABASE ${name} TEMPLATE template0`)
    await run(url, ...guided('CREATE ROLE app_system'))
    expect(await command('push')).toMatchObject({ code: 0 })
    expect(await command('codegen', '--target', 'rls', '--out', 'db')).toMatchObject({ code: 0 })
    const script = readFileSync(join(cwd, 'db/rls.sql'), 'utf8')
    await run(login, `SET ROLE ${name}_system`, script)
    expect(await command('seed')).toMatchObject({ code: 0 })
  }, 60_000)

  afterAll(async () => {
    await run(
      server,
      `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`,
      `DROP ROLE IF EXISTS ${name}, ${name}_system`,
    )
  })

  test('is told nothing until it says who asks, in the words of the guide', async () => {
    const [begin = '', ...rest] = guided('SET LOCAL')
    expect(await run(login, 'SELECT * FROM notes')).toEqual([])
    expect(await run(login, begin, ...rest)).toEqual([{ id: 'ann1', ownerId: ANN, text: 'seeded' }])
  })

  test('pushes again, calls as somebody and as the system, and enters that', async () => {
    expect((await command('push')).stdout).toContain('nothing to do')
    expect(idsOf(await command('call', 'Note.list', '--as', `user:${ANN}`))).toEqual(['ann1'])
    expect(idsOf(await command('call', 'Note.list', '--as', 'system'))).toEqual(['ann1', 'bob1'])
    const nobody = await command('call', 'Note.list')
    expect(nobody.code).toBe(1)
    expect(nobody.stdout).toContain('UNAUTHORIZED')
    const verified = await command('audit', 'verify')
    expect(verified).toMatchObject({ code: 0 })
    expect(verified.stdout).toContain('no fault')
  })

  test('serves callers, who each have their own', async () => {
    let work: Promise<unknown> = Promise.resolve('it does not serve')
    const served = await dbal(['serve'], {
      cwd,
      env,
      onOutput: (text, kill) => {
        const [, address] = /^dbal serves at ws:\/\/(.*)\/rpc$/m.exec(text) ?? []
        if (address === undefined) return
        work = askOf(address)
          .catch((error: unknown) => error)
          .finally(() => kill('SIGTERM'))
      },
    })
    expect(await work).toEqual([
      // Nobody is told that there are notes (BR-13).
      ['VALIDATION_ERROR', 'NOT_FOUND', 'CONFLICT', 'FORBIDDEN', 'FORBIDDEN', 'NOT_FOUND'],
      ['ann1', 'ann2', 'ann3', 'ann4'],
      ['ann1', 'ann3', 'ann4'],
    ])
    expect(served.code).toBe(0)
  })

  test('is refused where no policy would bind it, and where the role is none', async () => {
    const free = await command('call', 'Note.list', '--url', url.href)
    expect([free.code, free.stdout]).toEqual([
      1,
      expect.stringContaining('no policy would bind') as string,
    ])
    const config = readFileSync(join(cwd, 'dbal.config.yaml'), 'utf8')
    const other = folderWith({
      'dbal/entities/note.yaml': NOTE,
      'dbal.config.yaml': config.replace(`${name}_system`, `${name}_none`),
    })
    const none = await dbal(['push'], { cwd: other, env })
    expect([none.code, none.stderr]).toEqual([
      1,
      expect.stringMatching(/^error .*the system role is to be BYPASSRLS/) as string,
    ])
  })
})

async function askOf(address: string): Promise<readonly unknown[]> {
  const client = (token?: string): DBALClient =>
    new DBALClient({
      mode: 'production',
      endpoint: address,
      auth: token === undefined ? {} : { session: { token } },
    })
  const [ann, nobody] = [client(KEY), client()]
  const codeOf = (call: Promise<unknown>): Promise<unknown> =>
    call.catch((error: unknown) => (error as { readonly code: string }).code)
  const ids = async (): Promise<readonly unknown[]> => {
    const { data } = await ann.notes.list({ sort: [{ id: 'asc' }] })
    return (data as readonly { readonly id: string }[]).map(({ id }) => id)
  }
  try {
    await ann.notes.create({ id: 'ann2', text: 'made' })
    await ann.transaction(async (tx) => {
      await tx.notes.create({ id: 'ann3', text: 'made' })
      await tx.notes.update('ann3', { text: 'changed' })
    })
    await ann.batch([{ entity: 'Note', action: 'create', input: { id: 'ann4', text: 'made' } }])
    const refused = [
      await codeOf(nobody.notes.list({})),
      await codeOf(ann.notes.read('bob1')),
      await codeOf(ann.notes.create({ id: 'bob1', text: 'taken' })),
      await codeOf(ann.notes.create({ id: 'bob2', ownerId: 'bob', text: 'for him' })),
      await codeOf(ann.notes.update('ann1', { ownerId: 'bob' })),
      await codeOf(ann.notes.delete('bob1')),
    ]
    const [before, live] = [await ids(), ann.subscribe('Note', {})]
    await live.next()
    const change = live.next()
    await ann.notes.delete('ann2')
    await change
    await live.return?.()
    return [refused, before, await ids()]
  } finally {
    await Promise.all([ann.close(), nobody.close()])
  }
}
