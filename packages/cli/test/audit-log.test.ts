// What the audit log promises, on every engine.
import { inspect } from 'node:util'
import {
  DBALClient,
  isDBALError,
  sealAudit,
  verifyAudit,
  type AuditEntry,
  type ClientConfig,
  type DBALError,
} from '@proj/dbal'
import { openSqlite } from '@proj/dbal-adapter-sqlite'
import { AUDIT_ENTITY, type Adapter, type Query, type ResultRow } from '@proj/dbal-contract'
import { compileWorkspace, formatDiagnostics, type Model } from '@proj/dbal-schema'
import { describe, expect, test } from 'vitest'
import { TARGETS } from './audit-targets.ts'

const NOTES = `
entity: User
fields:
  id: { type: uuid, primary: true, generated: true }
  name: { type: string, required: true, unique: true, max_length: 20 }
  role: { type: enum, values: [user, admin], default: user }
acl:
  create: { admin: true }
  read: { user: true }
---
entity: Note
owner: ownerId
fields:
  id: { type: uuid, primary: true, generated: true }
  ownerId: { type: uuid, optional: true, nullable: true, default: { user: id } }
  slug: { type: string, required: true, unique: true, max_length: 40 }
  text: { type: string, optional: true, sensitive: true, max_length: 50 }
acl:
  create: { user: true }
  read: { user: true }
  update: { self: true }
  delete: { admin: true }
---
entity: Secret
fields:
  id: { type: uuid, primary: true, generated: true }
  noteId: { type: uuid, required: true, foreign_key: { entity: Note, field: id, on_delete: cascade, name: note, inverse: secrets } }
  value: { type: string, required: true, sensitive: true, max_length: 50 }
acl:
  create: { user: true }
  read: { user: true }
security: { audit_all_access: true }
`

const OPERATIONS = `
entity: Note
operations:
  publish:
    input: { required: [id] }
    output: boolean
    public: true
    security: { audit: true }
`

function notesModel(): Model {
  const { model, diagnostics, files } = compileWorkspace([
    { path: 'entities/notes.yaml', text: NOTES },
    { path: 'operations/note.ops.yaml', text: OPERATIONS },
  ])
  if (model === undefined)
    throw new Error(formatDiagnostics(diagnostics, files, { format: 'pretty' }))
  return model
}

const schema = notesModel()
const ANN = '00000000-0000-4000-8000-00000000000a'

function open(adapter: Adapter, config: ClientConfig = {}) {
  const client = new DBALClient({
    schema,
    adapter,
    operations: {
      'Note.publish': async ({ input, client: caller }) => {
        await caller.call({
          entity: 'Note',
          action: 'update',
          input: { id: input['id'], text: 'out' },
        })
        return true
      },
    },
    ...config,
    security: { enableAuditLog: true, ...config.security },
  })
  return { client, ann: client.as({ user: { id: ANN, role: 'user' } }) }
}

const ALL: Query = {
  kind: 'select',
  entity: AUDIT_ENTITY,
  fields: [
    'entryId',
    'requestId',
    'principal',
    'role',
    'entity',
    'operation',
    'recordId',
    'success',
    'code',
    'changedFields',
    'seq',
    'hash',
  ],
  where: { kind: 'true' },
  sort: [
    {
      operand: { kind: 'field', path: [], field: 'timestamp', type: 'datetime' },
      direction: 'asc',
      nulls: 'last',
    },
    {
      operand: { kind: 'field', path: [], field: 'entryId', type: 'uuid' },
      direction: 'asc',
      nulls: 'last',
    },
  ],
}

async function rows(adapter: Adapter): Promise<readonly ResultRow[]> {
  return (await adapter.run(ALL, [])).rows
}

async function names(adapter: Adapter): Promise<string[]> {
  return (await rows(adapter)).map(
    ({ entity, operation, code }) =>
      `${String(entity)}.${String(operation)} ${String(code ?? 'ok')}`,
  )
}

async function failure(work: Promise<unknown>): Promise<DBALError> {
  try {
    await work
  } catch (error) {
    if (isDBALError(error)) return error
    throw error
  }
  throw new Error('it did not fail')
}

async function edit(adapter: Adapter, seq: bigint, values: Record<string, unknown>) {
  const types: Record<string, 'string' | 'bigint'> = {
    role: 'string',
    seq: 'bigint',
    hash: 'string',
  }
  const fields = Object.keys(values)
  await adapter.run(
    {
      kind: 'update',
      entity: AUDIT_ENTITY,
      set: fields.map((field, index) => ({
        field,
        kind: 'set',
        value: { kind: 'param', index, type: types[field] ?? 'string' },
      })),
      where: at(fields.length),
    },
    [...(Object.values(values) as string[]), seq],
  )
}

function at(index: number) {
  return {
    kind: 'compare',
    op: '=',
    left: { kind: 'field', path: [], field: 'seq', type: 'bigint' },
    right: { kind: 'param', index, type: 'bigint' },
  } as const
}

describe.each(TARGETS)('$name', (target) => {
  test('enters writes, denials and watched reads, and nothing else', async () => {
    const adapter = await target.open(schema)
    const { client, ann } = open(adapter)
    const note = (await ann.call({
      entity: 'Note',
      action: 'create',
      input: { slug: 'one', text: 'kept to itself' },
    })) as ResultRow
    await ann.call({ entity: 'Note', action: 'list', input: {} })
    await ann.call({ entity: 'secrets', action: 'list', input: {} })
    const include = { id: note['id'], include: { secrets: true } }
    await ann.call({ entity: 'Note', action: 'read', input: include })
    const denied = await failure(
      ann.call({ entity: 'Note', action: 'delete', input: { id: note['id'] } }),
    )
    await failure(ann.call({ entity: 'Note', action: 'create', input: { slug: 'one' } }))
    await ann.call({ entity: 'Note', action: 'publish', input: { id: note['id'] } })
    await client.system().call({
      entity: 'Note',
      action: 'update',
      input: { id: note['id'], secrets: { create: [{ value: 'hush' }] } },
    })
    expect(await names(adapter)).toEqual([
      'Note.create ok',
      'Secret.list ok',
      'Secret.read ok',
      'Note.delete FORBIDDEN',
      'Note.create CONFLICT',
      'Note.update ok',
      'Note.publish ok',
      'Note.update ok',
      'Secret.create ok',
    ])
    const entries = await rows(adapter)
    expect(entries[0]).toMatchObject({
      principal: ANN,
      role: 'user',
      recordId: note['id'],
      success: true,
      changedFields: 'slug,text',
    })
    const refusal = entries.find(({ code }) => code === 'FORBIDDEN')
    expect(denied.decisionId).toBe(refusal?.['entryId'])
    expect(denied.requestId).toBe(refusal?.['requestId'])
    // The handler's own entry and what it did are one request.
    expect(entries[5]?.['requestId']).toBe(entries[6]?.['requestId'])
    expect(entries[7]).toMatchObject({ principal: null, role: 'system', changedFields: 'secrets' })
    expect(inspect(entries)).not.toMatch(/kept to itself|hush/)
    await client.close()
  })

  test('a change that is rolled back leaves no entry; a denial in it stays', async () => {
    const adapter = await target.open(schema)
    const { client, ann } = open(adapter)
    const thrown = ann.transaction(async (tx) => {
      await tx.call({ entity: 'Note', action: 'create', input: { slug: 'gone' } })
      await tx.call({ entity: 'Secret', action: 'list', input: {} })
      throw new Error('changed my mind')
    })
    await expect(thrown).rejects.toThrow('changed my mind')
    const denied = await failure(
      ann.transaction(async (tx) => {
        await tx.call({ entity: 'Note', action: 'create', input: { slug: 'gone too' } })
        await tx.call({ entity: 'Note', action: 'delete', input: { id: ANN } })
      }),
    )
    expect(denied.code).toBe('FORBIDDEN')
    await ann.transaction(async (tx) => {
      await tx.call({ entity: 'Note', action: 'create', input: { slug: 'stays' } })
    })
    expect(await names(adapter)).toEqual([
      'Secret.list ok',
      'Note.delete FORBIDDEN',
      'Note.create ok',
    ])
    expect(await client.system().call({ entity: 'Note', action: 'count', input: {} })).toBe(1)
    await client.close()
  })

  test('a change whose entry cannot be kept does not happen', async () => {
    const adapter = await target.open(schema)
    const broken = refusing(
      adapter,
      ({ kind, entity }) => kind === 'insert' && entity === AUDIT_ENTITY,
    )
    const heard: (DBALError | undefined)[] = []
    const { ann } = open(broken, { onError: ({ error }) => heard.push(error) })
    const error = await failure(
      ann.call({ entity: 'Note', action: 'create', input: { slug: 'lost' } }),
    )
    expect(error).toMatchObject({
      code: 'UNAVAILABLE',
      details: { reason: 'the audit log cannot be written' },
    })
    const read = await failure(ann.call({ entity: 'Secret', action: 'list', input: {} }))
    expect(read.code).toBe('UNAVAILABLE')
    const denied = await failure(ann.call({ entity: 'Note', action: 'delete', input: { id: ANN } }))
    expect(denied.code).toBe('FORBIDDEN')
    expect(heard.map((each) => each?.details?.reason)).toContain(
      'the audit log cannot be written: it is tried again',
    )
    const { client: other } = open(adapter)
    expect(await other.system().call({ entity: 'Note', action: 'count', input: {} })).toBe(0)
    await other.close()
  })

  test('twenty writers at once, sealed by rivals, make one chain', async () => {
    const adapter = await target.open(schema)
    const { client, ann } = open(adapter)
    await ann.call({ entity: 'Note', action: 'create', input: { slug: 'first' } })
    const write = async (n: number): Promise<void> => {
      for (let i = 0; i < 3; i += 1)
        await ann
          .call({ entity: 'Note', action: 'create', input: { slug: `n${n}-${i}` } })
          .catch((error: unknown) => {
            // DuckDB refuses one of two writers at the same moment.
            const rival = isDBALError(error) && error.code === 'SERIALIZATION_CONFLICT'
            if (!rival || target.name !== 'duckdb') throw error
          })
      await sealAudit(adapter)
    }
    await Promise.all(Array.from({ length: 20 }, (_, n) => write(n)))
    await sealAudit(adapter)
    const report = await verifyAudit(adapter)
    const entered = await rows(adapter)
    expect(report).toMatchObject({ faults: [], unsealed: 0, sealed: entered.length })
    const stored = await client.system().call({ entity: 'Note', action: 'count', input: {} })
    expect(entered.filter(({ success }) => success)).toHaveLength(Number(stored))
    await client.close()
  })

  test('rivals who upsert one row make one, and enter what they did', async () => {
    const adapter = await target.open(schema)
    const { client } = open(adapter)
    const system = client.system()
    const where = { slug: 'same' }
    const upsert = { where, create: { ...where, text: 'made' }, update: { text: 'found' } }
    const done = await Promise.all(
      Array.from({ length: 6 }, () =>
        system.call({ entity: 'Note', action: 'upsert', input: upsert }).then(
          () => 'ok',
          (error: unknown) => (isDBALError(error) ? error.code : String(error)),
        ),
      ),
    )
    expect(done.filter((each) => each !== 'ok' && each !== 'SERIALIZATION_CONFLICT')).toEqual([])
    expect(await system.call({ entity: 'Note', action: 'count', input: {} })).toBe(1)
    expect((await names(adapter)).filter((name) => name === 'Note.upsert ok')).toHaveLength(
      done.filter((each) => each === 'ok').length,
    )
    await client.close()
  })

  test('names what was tampered with', async () => {
    const adapter = await target.open(schema)
    const key = 'a key of sixteen or more'
    const { client, ann } = open(staysOpen(adapter), { security: { auditKey: key } })
    for (let n = 1; n <= 12; n += 1)
      await ann.call({ entity: 'Note', action: 'create', input: { slug: `n${n}` } })
    // Closing seals; nothing does afterwards.
    await client.close()
    const whole = await verifyAudit(adapter, { key })
    expect(whole).toMatchObject({ sealed: 12, unsealed: 0, faults: [] })
    expect(whole).not.toHaveProperty('unsealedSince')
    expect((await verifyAudit(adapter, { key: 'another key altogether' })).faults).not.toEqual([])

    await edit(adapter, 2n, { role: 'admin' })
    // Two that change places, neighbours and not.
    for (const [a, b] of [
      [4n, 5n],
      [7n, 9n],
    ] as const) {
      await edit(adapter, a, { seq: 100n })
      await edit(adapter, b, { seq: a })
      await edit(adapter, 100n, { seq: b })
    }
    await adapter.run({ kind: 'delete', entity: AUDIT_ENTITY, where: at(0) }, [11n])
    // What stands after a gap tells of itself.
    await edit(adapter, 12n, { operation: 'read' })
    await forge(adapter, 13n, 'f'.repeat(64))
    await forge(adapter, 99n, 'f'.repeat(64))
    await forge(adapter, -7n, 'x')
    await forge(adapter, null, null)
    const { faults, unsealed, unsealedSince } = await verifyAudit(adapter, {
      key,
      expect: whole.head,
    })
    expect(faults.map(({ kind, seq, other }) => [kind, seq, other])).toEqual([
      ['edited', -7, undefined],
      ['edited', 2, undefined],
      ['swapped', 4, 5],
      ['swapped', 5, 4],
      ['swapped', 7, 9],
      ['swapped', 9, 7],
      ['dropped', 11, undefined],
      ['edited', 12, undefined],
      ['edited', 13, undefined],
      ['dropped', 14, 98],
      ['edited', 99, undefined],
    ])
    expect(unsealed).toBe(1)
    expect(unsealedSince).toBeInstanceOf(Date)
    await adapter.run({ kind: 'delete', entity: AUDIT_ENTITY, where: at(0) }, [12n])
    const cut = await verifyAudit(adapter, { key, expect: whole.head })
    expect(cut.faults).toContainEqual({ kind: 'head', seq: 12 })
    await adapter.close()
  })
})

function staysOpen(adapter: Adapter): Adapter {
  return {
    name: adapter.name,
    capabilities: adapter.capabilities,
    run: (...args) => adapter.run(...args),
    transaction: (...args) => adapter.transaction(...args),
    close: () => Promise.resolve(),
    ...(adapter.schema === undefined ? {} : { schema: adapter.schema }),
  }
}

/** An entry that nobody's call made. */
async function forge(adapter: Adapter, seq: bigint | null, hash: string | null): Promise<void> {
  const values = {
    entryId: crypto.randomUUID(),
    timestamp: new Date(),
    requestId: 'forged',
    principal: null,
    role: 'admin',
    entity: 'Note',
    operation: 'delete',
    recordId: null,
    success: true,
    code: null,
    durationMs: 0,
    changedFields: null,
    seq,
    hash,
  }
  const insert = { kind: 'insert', entity: AUDIT_ENTITY, fields: Object.keys(values) } as const
  await adapter.run(insert, Object.values(values))
}

/** The adapter, but for some queries, which the database refuses. */
function refusing(adapter: Adapter, refused: (query: Query) => boolean): Adapter {
  const over = <S extends Pick<Adapter, 'run' | 'transaction'>>(store: S): S => ({
    ...store,
    run: (query, params, options) =>
      refused(query) ? Promise.reject(new Error('disk full')) : store.run(query, params, options),
    transaction: (work, options) => store.transaction((inner) => work(over(inner)), options),
  })
  return over(adapter)
}

test('nobody reaches the log through a client, and a denial waits for no transaction', async () => {
  const sqlite = TARGETS.find(({ name }) => name === 'sqlite')
  if (sqlite === undefined) throw new Error('no target')
  const adapter = await sqlite.open(schema)
  const { client, ann } = open(staysOpen(adapter), { onError: () => undefined })
  for (const name of [AUDIT_ENTITY, '_dbal_audit'])
    for (const caller of [ann, client.system()])
      expect((await failure(caller.call({ entity: name, action: 'list', input: {} }))).code).toBe(
        'VALIDATION_ERROR',
      )
  // On one connection the entry cannot be written before the transaction ends.
  await ann.transaction(async (tx) => {
    const denied = failure(ann.call({ entity: 'Note', action: 'delete', input: { id: ANN } }))
    expect((await denied).code).toBe('FORBIDDEN')
    await tx.call({ entity: 'Note', action: 'create', input: { slug: 'kept' } })
  })
  await client.close()
  expect((await names(adapter)).sort()).toEqual(['Note.create ok', 'Note.delete FORBIDDEN'])
  expect(await verifyAudit(adapter)).toMatchObject({ sealed: 2, faults: [] })
  await adapter.close()
})

test('a database without the log says so', async () => {
  const adapter = await openSqlite({ model: schema, url: ':memory:' })
  const { client } = open(adapter)
  const error = await failure(client.call({ entity: 'Note', action: 'list', input: {} }))
  expect(error.details?.reason).toBe(
    'the adapter does not know the audit log: open it with withAudit(model)',
  )
})

test('a callback and a file get the entries of what was committed', async () => {
  const [memory] = TARGETS
  if (memory === undefined) throw new Error('no target')
  const entries: AuditEntry[] = []
  const adapter = await memory.open(schema)
  const { client, ann } = open(adapter, {
    security: { auditSink: (entry) => void entries.push(entry) },
  })
  await ann
    .transaction(async (tx) => {
      await tx.call({ entity: 'Note', action: 'create', input: { slug: 'gone' } })
      throw new Error('no')
    })
    .catch(() => undefined)
  await ann.transaction(async (tx) => {
    await tx.call({ entity: 'Note', action: 'create', input: { slug: 'stays' } })
    expect(entries).toEqual([])
  })
  expect(entries.map(({ operation }) => operation)).toEqual(['create'])
  expect(await rows(adapter)).toEqual([])
  await client.close()
})

describe.each(TARGETS.filter(({ name }) => name !== 'memory'))('$name', (target) => {
  test('a database that was pushed before says so', async () => {
    const adapter = await target.open(schema)
    await adapter.schema?.apply(['DROP TABLE _dbal_audit'])
    const { client } = open(staysOpen(adapter))
    const error = await failure(client.call({ entity: 'Note', action: 'list', input: {} }))
    expect(error).toMatchObject({
      code: 'DATABASE_ERROR',
      details: { reason: 'the database is not at this model: run dbal push' },
    })
    await client.close()
  })
})

test('an entry with a value of another type is named, and the rest is verified', async () => {
  const sqlite = TARGETS.find(({ name }) => name === 'sqlite')
  const adapter = await sqlite?.open(schema)
  if (adapter?.schema === undefined) throw new Error('no target')
  const { client, ann } = open(staysOpen(adapter))
  for (const slug of ['a', 'b', 'c', 'd', 'e'])
    await ann.call({ entity: 'Note', action: 'create', input: { slug } })
  await client.close()
  const set = (column: string, seq: number): string =>
    `UPDATE _dbal_audit SET ${column} = 'nonsense' WHERE seq = ${seq}`
  const pragma = 'PRAGMA ignore_check_constraints = 1'
  await adapter.schema.apply([pragma, set('timestamp', 2), set('success', 3), set('operation', 5)])
  const { faults, sealed } = await verifyAudit(adapter)
  expect(faults.map(({ kind, seq }) => [kind, seq])).toEqual([
    ['edited', 2],
    ['edited', 3],
    ['edited', 5],
  ])
  expect(sealed).toBe(5)
  await adapter.close()
})
