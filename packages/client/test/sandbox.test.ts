import { fileURLToPath } from 'node:url'
import { isDBALError } from '@proj/dbal-contract'
import { loadWorkspace, type Model } from '@proj/dbal-schema'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import { DBALClient, type ClientConfig, type ScopedClient } from '../src/index.ts'

const ROOT = '00000000-0000-7000-8000-000000000001'
const ANN = '00000000-0000-7000-8000-000000000002'
const MISSING = '00000000-0000-7000-8000-0000000000ff'

let schema: Model
beforeAll(async () => {
  const folder = fileURLToPath(new URL('../../schema/reference/', import.meta.url))
  const { model } = await loadWorkspace(folder)
  if (model === undefined) throw new Error('the reference domain does not load')
  schema = model
})

const open: DBALClient[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()))
})

type Security = NonNullable<ClientConfig['security']>

async function site(security: Security = {}): Promise<{
  readonly root: ScopedClient
  readonly ann: ScopedClient
  readonly system: ScopedClient
}> {
  const client = new DBALClient({ schema, adapter: 'memory', security, missingCode: 'defer' })
  open.push(client)
  const system = client.system()
  for (const [id, username, role] of [
    [ROOT, 'root', 'god'],
    [ANN, 'ann', 'user'],
  ]) {
    await system.users.create({ id, username, email: `${username}@example.com`, role })
  }
  const as = (id: string, role: string): ScopedClient => client.as({ user: { id, role } })
  return { root: as(ROOT, 'god'), ann: as(ANN, 'user'), system }
}

const script = async (client: ScopedClient, code: string, more = {}): Promise<string> => {
  const row = await client.luaScripts.create({ name: `s${count++}`, code, ...more })
  return (row as { readonly id: string }).id
}
let count = 0

async function refused(call: Promise<unknown>): Promise<Readonly<Record<string, unknown>>> {
  const error: unknown = await call.then(
    (answer) => answer,
    (reason: unknown) => reason,
  )
  if (!isDBALError(error)) throw new Error(`not refused: ${JSON.stringify(error)}`)
  return { code: error.code, ...error.details }
}

it('executes a stored script with its arguments', async () => {
  const { root, ann } = await site()
  const id = await script(root, "return 'Welcome, ' .. (args.name or 'friend')")
  expect(await root.luaScripts.execute({ id, args: { name: 'ann' } })).toBe('Welcome, ann')
  expect(await root.luaScripts.execute({ id, args: {} })).toBe('Welcome, friend')
  // Who may not read it and whose it is not; what is not there; what is not enabled.
  expect(await refused(ann.luaScripts.execute({ id }))).toMatchObject({ code: 'NOT_FOUND' })
  const missing = root.luaScripts.execute({ id: MISSING })
  expect(await refused(missing)).toMatchObject({ code: 'NOT_FOUND' })
  const off = await script(root, 'return 1', { enabled: false })
  expect(await refused(root.luaScripts.execute({ id: off }))).toMatchObject({ code: 'NOT_FOUND' })
})

it('answers a script that runs too long in the contract’s words, by the row’s own limit', async () => {
  const { root } = await site()
  const code = 'while true do pcall(function() while true do end end) end'
  const id = await script(root, code, { timeoutMs: 100 })
  expect(await refused(root.luaScripts.execute({ id }))).toEqual({
    code: 'TIMEOUT',
    reason: 'The script ran too long',
    violation: 'time',
  })
})

it('ends a script with the call that asked for it', async () => {
  const { root } = await site()
  const id = await script(root, 'while true do end', { timeoutMs: 60_000 })
  const late = root.luaScripts.execute({ id }, { timeoutMs: 300 })
  expect(await refused(late)).toMatchObject({ code: 'TIMEOUT' })
  const caller = new AbortController()
  const cancelled = root.luaScripts.execute({ id }, { signal: caller.signal })
  caller.abort()
  expect(await refused(cancelled)).toMatchObject({ code: 'CANCELLED' })
  const quick = await script(root, 'return 1')
  expect(await root.luaScripts.execute({ id: quick })).toBe(1)
})

it('refuses to store what the scanner finds, whoever writes it and however', async () => {
  const { root, system } = await site()
  const code = "os.execute('secret')"
  const finding = { field: 'code', rule: 'forbidden-global', line: 1, column: 1 }
  const refusal = {
    code: 'MALICIOUS_CODE_DETECTED',
    reason: 'The scanner refused the script',
    findings: [finding],
  }
  expect(await refused(root.luaScripts.create({ name: 'bad', code }))).toEqual(refusal)
  expect(await refused(system.luaScripts.create({ name: 'bad', code }))).toEqual(refusal)
  const id = await script(root, 'return 1')
  expect(await refused(root.luaScripts.update(id, { code }))).toEqual(refusal)
  const malicious = expect.objectContaining({ code: 'MALICIOUS_CODE_DETECTED' })
  const many = system.luaScripts.createMany([
    { name: 'good', code: 'return 1' },
    { name: 'bad', code },
  ])
  expect(await refused(many)).toEqual(malicious)
  const all = system.luaScripts.updateMany({ enabled: true }, { code })
  expect(await refused(all)).toEqual(malicious)
  const where = { name: 'bad' }
  const upsert = system.luaScripts.upsert({ where, create: { ...where, code }, update: { code } })
  expect(await refused(upsert)).toEqual(malicious)
  expect(await root.luaScripts.count({})).toBe(1)
})

it('scans text that is shown as text, nested writes and JSON included', async () => {
  const { root } = await site()
  const page = { path: '/about', title: 'About os.execute and process.env' }
  const { id } = (await root.pageConfigs.create(page)) as { readonly id: string }
  const tree = { tag: 'a', props: { href: 'javascript:alert(1)' } }
  const update = root.pageConfigs.update(id, { componentTree: tree })
  expect(await refused(update)).toMatchObject({
    code: 'MALICIOUS_CODE_DETECTED',
    findings: [{ field: 'componentTree.props.href', rule: 'active-markup', line: 1, column: 1 }],
  })
  const components = { create: [{ type: 'Html', props: { html: '<img src=x onerror=alert(1)>' } }] }
  const nested = root.pageConfigs.create({ path: '/x', title: 'x', components })
  expect(await refused(nested)).toMatchObject({ code: 'MALICIOUS_CODE_DETECTED' })
  expect(await root.pageConfigs.count({})).toBe(1)
})

it('runs a workflow step by step and answers what the last one gave', async () => {
  const { root } = await site()
  await root.luaScripts.create({ name: 'greet', code: "return 'Welcome, ' .. args.name" })
  const nodes = [
    { id: 'join', type: 'code', language: 'lua', code: "return args.greet .. args.shout .. '!'" },
    { id: 'start', type: 'trigger', event: 'User.created' },
    { id: 'greet', type: 'script', script: 'greet' },
    { id: 'shout', type: 'code', language: 'javascript', code: 'return args.name.toUpperCase()' },
  ]
  const edges = [
    { from: 'start', to: 'greet' },
    { from: 'start', to: 'shout' },
    { from: 'greet', to: 'join' },
    { from: 'shout', to: 'join' },
  ]
  const made = await root.workflows.create({ name: 'welcome', nodes, edges, enabled: true })
  const { id } = made as { readonly id: string }
  expect(await root.workflows.run({ id, payload: { name: 'ann' } })).toBe('Welcome, annANN!')
  await root.workflows.update(id, { enabled: false })
  expect(await refused(root.workflows.run({ id }))).toMatchObject({ code: 'NOT_FOUND' })
})

it('runs a step’s script with the rights of the one who runs the workflow', async () => {
  const { root, ann, system } = await site()
  await root.luaScripts.create({ name: 'secret', code: 'return 42' })
  const nodes = [{ id: 'only', type: 'script', script: 'secret' }]
  const made = await system.workflows.create({
    name: 'w',
    nodes,
    edges: [],
    enabled: true,
    createdBy: ANN,
  })
  const { id } = made as { readonly id: string }
  expect(await root.workflows.run({ id })).toBe(42)
  // Hidden and missing look the same.
  const hidden = await refused(ann.workflows.run({ id }))
  expect(hidden).toMatchObject({ code: 'VALIDATION_ERROR' })
  await system.luaScripts.deleteMany({ name: 'secret' })
  expect(await refused(ann.workflows.run({ id }))).toEqual(hidden)
})

it.each([
  [[{ id: 'a', type: 'mail' }], [], 'nodes[0]'],
  [[{ type: 'trigger' }], [], 'nodes[0]'],
  [
    [
      { id: 'a', type: 'trigger' },
      { id: 'a', type: 'trigger' },
    ],
    [],
    'nodes[1]',
  ],
  [[{ id: 'a', type: 'code', language: 'sql', code: '1' }], [], 'nodes[0]'],
  [[{ id: 'a', type: 'trigger' }], [{ from: 'a', to: 'b' }], 'edges[0]'],
  [[{ id: 'a', type: 'trigger' }], [{ from: 'a', to: 'a' }], 'edges'],
  [{ a: 1 }, [], 'nodes'],
  [[], 'x', 'edges'],
])('refuses to run a workflow that makes no sense: %j %j', async (nodes, edges, field) => {
  const { root } = await site()
  const made = await root.workflows.create({ name: 'w', nodes, edges, enabled: true })
  const run = root.workflows.run({ id: (made as { readonly id: string }).id })
  expect(await refused(run)).toMatchObject({ code: 'VALIDATION_ERROR', fields: [{ field }] })
})

it('tells a violation in a step as such', async () => {
  const { root } = await site()
  const code = "local all = {} while true do all[#all + 1] = ('x'):rep(10000) .. #all end"
  const nodes = [{ id: 'a', type: 'code', language: 'lua', code }]
  const made = await root.workflows.create({ name: 'w', nodes, edges: [], enabled: true })
  const run = root.workflows.run({ id: (made as { readonly id: string }).id })
  expect(await refused(run)).toMatchObject({ code: 'SANDBOX_VIOLATION', violation: 'memory' })
})

it('enters the attempt in the audit log, without the code', async () => {
  const entries: unknown[] = []
  const auditSink = (entry: unknown): void => void entries.push(entry)
  const { root } = await site({ sandbox: 'permissive', enableAuditLog: true, auditSink })
  const id = await script(root, "return os.execute('secret')")
  await refused(root.luaScripts.execute({ id, args: { password: 'hunter2' } }))
  const attempt = { operation: 'execute', id, success: false, code: 'SANDBOX_VIOLATION' }
  expect(entries).toContainEqual(expect.objectContaining(attempt))
  expect(JSON.stringify(entries)).not.toMatch(/secret|hunter2/)
})

it('permissive: scans nothing and allows no more', async () => {
  const { root } = await site({ sandbox: 'permissive' })
  const id = await script(root, 'return os.time()')
  expect(await refused(root.luaScripts.execute({ id }))).toMatchObject({
    code: 'SANDBOX_VIOLATION',
    violation: 'global',
    name: 'os',
  })
})

it('strict: scans again before a run, since rows may be older than the scanner', async () => {
  const nodes = [{ id: 'a', type: 'code', language: 'lua', code: 'return os.time()' }]
  const { root } = await site()
  const made = await root.workflows.create({ name: 'w', nodes, edges: [], enabled: true })
  const run = root.workflows.run({ id: (made as { readonly id: string }).id })
  expect(await refused(run)).toMatchObject({ code: 'MALICIOUS_CODE_DETECTED' })
})

it('disabled: stores unscanned and runs nothing, in development only', async () => {
  const { root } = await site({ sandbox: 'disabled' })
  const id = await script(root, 'return os.time()')
  expect(await refused(root.luaScripts.execute({ id }))).toMatchObject({
    code: 'CAPABILITY_NOT_SUPPORTED',
    capability: 'sandbox',
  })
  vi.stubEnv('NODE_ENV', 'production')
  const disabled = { schema, security: { sandbox: 'disabled' } } as const
  expect(() => new DBALClient(disabled)).toThrow(
    expect.objectContaining({ code: 'VALIDATION_ERROR' }),
  )
  vi.unstubAllEnvs()
  expect(() => new DBALClient({ ...disabled, mode: 'production' })).toThrow(
    expect.objectContaining({ code: 'VALIDATION_ERROR' }),
  )
})

it('gives way to a handler of the application', async () => {
  const operations = { 'LuaScript.execute': () => 'own' }
  const client = new DBALClient({ schema, adapter: 'memory', operations, missingCode: 'defer' })
  open.push(client)
  expect(await client.system().luaScripts.execute({ id: MISSING })).toBe('own')
})

it('a workflow hands on no more than a script could be given', async () => {
  const { root } = await site()
  const nodes = Array.from({ length: 40 }, (_, n) => ({ id: `n${n}`, type: 'trigger' }))
  const edges = nodes.flatMap(({ id }, n) =>
    [n - 1, n - 2].filter((from) => from >= 0).map((from) => ({ from: `n${from}`, to: id })),
  )
  const made = await root.workflows.create({ name: 'wide', nodes, edges, enabled: true })
  const run = root.workflows.run({ id: (made as { readonly id: string }).id, payload: { a: 1 } })
  expect(await refused(run)).toMatchObject({ code: 'SANDBOX_VIOLATION', violation: 'input' })
})

it('finds no name in args that were not sent', async () => {
  const { root } = await site()
  const id = await script(root, "return args.name or 'you'")
  expect(await root.luaScripts.execute({ id })).toBe('you')
  expect(await root.luaScripts.execute({ id, args: { name: 'Ada' } })).toBe('Ada')
})
