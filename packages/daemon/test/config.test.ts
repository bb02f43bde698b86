// dbal.config.yaml: what it may say, where it points, and that no secret of it is ever shown.
import { join } from 'node:path'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { findDatabase } from '../src/config/database-target.ts'
import { hasPassword } from '../src/config/has-password.ts'
import { loadProjectConfig } from '../src/config/project-config.ts'
import { folderWith } from './serve.ts'

const COMPLETE = `
workspace: ./dbal
database: { adapter: prisma, url: "\${DATABASE_URL}", connection_pool_size: 20 }
server: { host: 127.0.0.1, port: 50051, path: /rpc, tls: { cert_file: c.pem, key_file: k.pem, ca_file: a.pem } }
auth:
  anonymous: true
  jwt: { issuer: https://issuer.example, audience: dbal, jwks_file: ./jwks.json, claims: { id: sub, role: role } }
  session: true                    # tokens of the Session entity
  api_keys_file: ./keys.yaml
security: { sandbox: strict, audit_log: true, audit_sink: database, rate_limit: { enabled: true, requests_per_minute: 600, burst: 50 } }
state: { url: "redis://127.0.0.1:6379" }
performance: { query_timeout: 30000, max_query_complexity: 1000 }
`

function load(text: string, flags: { workspace?: string } = {}) {
  return loadProjectConfig(flags, folderWith({ 'dbal.config.yaml': text }))
}

/** The message of a config that is refused. */
async function refusal(text: string): Promise<string> {
  const error: unknown = await load(text).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ name: 'ConfigError' })
  return (error as Error).message
}

test('everything the format has is accepted', async () => {
  const config = await load(COMPLETE)
  expect(config.queryTimeoutMs).toBe(30_000)
  expect(config.maxQueryComplexity).toBe(1000)
  expect(config.sandbox).toBe('strict')
  expect(config.database).toMatchObject({ adapter: 'prisma', connection_pool_size: 20 })
})

test('without a file the contract is in dbal/, and there is no database', async () => {
  const cwd = folderWith()
  const config = await loadProjectConfig({}, cwd)
  expect(config.workspace).toBe(join(cwd, 'dbal'))
  await expect(findDatabase(config, {})).rejects.toThrow('which database?')
  await expect(loadProjectConfig({ config: 'other.yaml' }, cwd)).rejects.toThrow(
    'there is no other.yaml',
  )
})

test('paths start at the config, flags at the caller, and flags win', async () => {
  const cwd = folderWith({
    'conf/dbal.yaml': 'workspace: spec\nhandlers: code.mjs\ndatabase: { url: "file:./dev.db" }\n',
  })
  const config = await loadProjectConfig({ config: 'conf/dbal.yaml' }, cwd)
  expect(config.workspace).toBe(join(cwd, 'conf/spec'))
  expect(config.handlers).toBe(join(cwd, 'conf/code.mjs'))
  expect(await findDatabase(config, {})).toEqual({
    adapter: 'sqlite',
    url: `file:${join(cwd, 'conf/dev.db')}`,
  })
  expect(await findDatabase(config, { url: 'duckdb:other.db' })).toEqual({
    adapter: 'duckdb',
    url: 'duckdb:other.db',
  })
  const flagged = await loadProjectConfig({ config: 'conf/dbal.yaml', workspace: 'here' }, cwd)
  expect(flagged.workspace).toBe(join(cwd, 'here'))
})

test.each([
  ['file:a.db', 'sqlite'],
  ['a.duckdb', 'duckdb'],
  ['postgresql://h/d', 'prisma'],
  ['mysql://h/d', 'prisma'],
  ['memory:', 'memory'],
] as const)('%s is for %s', async (url, adapter) => {
  expect(await findDatabase(await load(''), { url })).toMatchObject({ adapter })
})

test('a url given as a flag keeps the configured adapter where that serves it', async () => {
  const config = await load('database: { adapter: prisma, url: "file:a.db" }')
  expect(await findDatabase(config, { url: 'file:b.db' })).toMatchObject({ adapter: 'prisma' })
  expect(await findDatabase(config, { url: 'duckdb:b.db' })).toMatchObject({ adapter: 'duckdb' })
  expect(await findDatabase(config, { adapter: 'memory' })).toEqual({ adapter: 'memory' })
})

test('a url from the environment, a variable or a file', async () => {
  process.env['DBAL_TEST_URL'] = 'postgresql://ada:secret@localhost/app'
  const url = 'postgresql://ada:secret@localhost/app'
  const files = { 'url.txt': `${url}\n`, 'empty.txt': '\n' }
  const read = async (database: string) => {
    const cwd = folderWith({ ...files, 'dbal.config.yaml': `database: ${database}` })
    return findDatabase(await loadProjectConfig({}, cwd), {})
  }
  expect(await read('{ url: "${DBAL_TEST_URL}" }')).toMatchObject({ url })
  expect(await read('{ url_env: DBAL_TEST_URL }')).toMatchObject({ url, adapter: 'prisma' })
  expect(await read('{ url_file: ./url.txt }')).toMatchObject({ url })
  await expect(read('{ url_file: none.txt }')).rejects.toThrow('none.txt cannot be read (ENOENT)')
  await expect(read('{ url_file: empty.txt }')).rejects.toThrow('empty.txt is empty')
  delete process.env['DBAL_TEST_URL']
  await expect(read('{ url_env: DBAL_TEST_URL }')).rejects.toThrow(
    'the environment has no DBAL_TEST_URL',
  )
})

test('what is wrong is said at its place, with what was probably meant', async () => {
  expect(await refusal('workspase: dbal\n')).toBe(
    'dbal.config.yaml:1:1: `workspase` is no key of a config; did you mean `workspace`?',
  )
  expect(await refusal('database:\n  adapter: oracle\n')).toContain(
    'dbal.config.yaml:2:12: `oracle` is no value of `adapter`; known: prisma, sqlite, duckdb, memory',
  )
  expect(await refusal('security: { rate_limit: { burts: 3 } }\n')).toContain(
    'dbal.config.yaml:1:27: `burts` is no key of a rate limit; did you mean `burst`?',
  )
  expect(await refusal('database: [a, b\n')).toMatch(/^dbal\.config\.yaml:\d+:\d+: /)
  expect(await refusal('just words\n')).toContain('must be a mapping')
  expect(await refusal('server: { port: "80" }\n')).toContain('`port` must be a whole number')
  expect(await refusal('workspace: a\n---\nworkspace: b\n')).toContain('a config is one document')
  expect(await refusal('database: { url: "a", url_env: B }\n')).toContain(
    'database takes one of url, url_env and url_file',
  )
})

test.each([
  ['postgresql://ada:s3cret@host/db', true],
  ['postgresql://ada:s3/cr@et@host/db', true],
  ['postgresql://ada:s3cret@${HOST}/db', true],
  ['postgresql://host/db?user=a&password=s3cret', true],
  ['mysql://root:pre${PASSWORD}@host/db', true],
  ['postgresql://ada:${PASSWORD}@host:5432/db', false],
  ['${DATABASE_URL}', false],
  ['postgresql://ada@host/db', false],
  ['file:./a@b:c.db', false],
])('%s holds a password: %s', (url, holds) => {
  expect(hasPassword(url)).toBe(holds)
})

test('a password in the file is refused, and no message shows a secret', async () => {
  const inline = await refusal('database:\n  url: postgresql://ada:s3cret@host/db\n')
  expect(inline).toContain('dbal.config.yaml:2:8: database.url may hold no password')
  expect(inline).not.toContain('s3cret')
  expect(await refusal('state: { url: "redis://:s3cret@host" }')).not.toContain('s3cret')
  const flow = await refusal('database: { adaptor: sqlite, url: "postgresql://a:s3cret@h/d" }\n')
  expect(flow).toContain('did you mean `adapter`?')
  expect(flow).not.toContain('s3cret')
})

test('whoever prints a loaded config sees no secret of it', async () => {
  process.env['DBAL_TEST_URL'] = 'postgresql://ada:s3cret@localhost/app'
  const config = await load('database: { url: "${DBAL_TEST_URL}" }\n')
  const target = await findDatabase(config, {})
  expect(target.url).toContain('s3cret')
  for (const shown of [
    inspect({ config, target }, { depth: 9 }),
    JSON.stringify({ config, target }),
  ]) {
    expect(shown).not.toContain('s3cret')
    expect(shown).toContain('[hidden]')
  }
  delete process.env['DBAL_TEST_URL']
})

test('a JWT needs its issuer, its audience and one source of keys', async () => {
  const jwt = (text: string) => refusal(`auth:\n  jwt: ${text}\n`)
  expect(await jwt('{ issuer: a, jwks_file: b }')).toContain('needs `audience`')
  const both = '{ issuer: a, audience: b, jwks_file: c, key_file: d }'
  for (const text of ['{ issuer: a, audience: b }', both])
    expect(await jwt(text)).toBe('dbal.config.yaml:2:8: jwt takes one of jwks_file and key_file')
})
