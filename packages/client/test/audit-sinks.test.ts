import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { AuditMemory, type AuditEntry, type OperationEvent } from '../src/index.ts'
import { ADAPTERS, openShop } from './open-shop.ts'

const folder = mkdtempSync(join(tmpdir(), 'dbal-audit-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.each(ADAPTERS)('%s: nothing is entered unless it is asked for', async (adapter) => {
  const entries: AuditEntry[] = []
  const auditSink = (entry: AuditEntry): void => void entries.push(entry)
  const { client, ann } = await openShop(adapter, { security: { auditSink } })
  const error = await ann.call({ entity: 'User', action: 'delete', input: { id: 'x' } }).then(
    () => undefined,
    (failure: unknown) => failure,
  )
  expect(error).not.toHaveProperty('decisionId')
  await client.close()
  expect(entries).toEqual([])
})

test.each(ADAPTERS)('%s: a file has one entry a line', async (adapter) => {
  const file = join(folder, `${adapter}.jsonl`)
  const { client, ann, bob } = await openShop(adapter, {
    security: { enableAuditLog: true, auditSink: { file } },
  })
  await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      (n % 2 === 0 ? ann : bob).call({
        entity: 'Item',
        action: 'create',
        input: { sku: `s${n}`, cost: '1.5' },
      }),
    ),
  )
  await client.close()
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  const entries = lines.map((line) => JSON.parse(line) as AuditEntry)
  expect(entries).toHaveLength(21)
  expect(entries.at(-1)).toMatchObject({
    role: 'user',
    entity: 'Item',
    operation: 'create',
    success: true,
    changedFields: ['cost', 'sku'],
  })
  expect(new Set(entries.map(({ entryId }) => entryId)).size).toBe(21)
})

test.each(ADAPTERS)(
  '%s: a sink that fails undoes the change, and is tried again',
  async (adapter) => {
    const entries: AuditEntry[] = []
    const events: OperationEvent[] = []
    let broken = false
    const shop = await openShop(adapter, {
      security: {
        enableAuditLog: true,
        auditSink: async (entry) => {
          await Promise.resolve()
          if (broken) throw new Error('the archive is down')
          entries.push(entry)
        },
      },
      onError: (event) => events.push(event),
    })
    broken = true
    const create = { entity: 'Item', action: 'create', input: { sku: 'one' } }
    await expect(shop.ann.call(create)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      outcome: 'none',
      details: { reason: 'the audit log cannot be written' },
    })
    await expect(shop.ann.transaction((tx) => tx.call(create))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    })
    expect(await shop.system.call({ entity: 'Item', action: 'count', input: {} })).toBe(0)
    await expect(
      shop.ann.call({ entity: 'User', action: 'delete', input: { id: 'x' } }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN', decisionId: expect.any(String) as string })
    expect(events.some(({ error }) => error?.details?.reason?.includes('tried again'))).toBe(true)
    broken = false
    const before = entries.length
    await shop.client.close()
    const late = entries.slice(before)
    expect(late.map(({ code }) => code)).toEqual(['UNAVAILABLE', 'UNAVAILABLE', 'FORBIDDEN'])
  },
)

test('what could not be kept is said when the client closes', async () => {
  let broken = false
  const { client, ann } = await openShop('memory', {
    security: {
      enableAuditLog: true,
      auditSink: () => {
        if (broken) throw new Error('gone')
      },
    },
    onError: () => undefined,
  })
  broken = true
  await ann.call({ entity: 'User', action: 'delete', input: { id: 'x' } }).catch(() => undefined)
  await expect(client.close()).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    details: { reason: 'the audit log is not complete: entries that could not be written: 1' },
  })
})

test('nested transactions: what ended badly inside leaves its denials only', async () => {
  const entries: AuditEntry[] = []
  const { client, ann } = await openShop('memory', {
    security: { enableAuditLog: true, auditSink: (entry) => void entries.push(entry) },
  })
  entries.length = 0
  await ann.transaction(async (tx) => {
    await tx.call({ entity: 'Item', action: 'create', input: { sku: 'kept' } })
    await tx
      .transaction(async (inner) => {
        await inner.call({ entity: 'Item', action: 'create', input: { sku: 'undone' } })
        await inner.call({ entity: 'User', action: 'delete', input: { id: 'x' } })
      })
      .catch(() => undefined)
  })
  expect(entries.map(({ entity, operation, code }) => [entity, operation, code])).toEqual([
    ['Item', 'create', undefined],
    ['User', 'delete', 'FORBIDDEN'],
  ])
  await client.close()
})

test('text of a caller fits every engine; a claimed role is not taken for the system', async () => {
  const entries: AuditEntry[] = []
  const { client } = await openShop('memory', {
    security: { enableAuditLog: true, auditSink: (entry) => void entries.push(entry) },
  })
  const long = client.as({ user: { id: `\0\ud800${'x'.repeat(400)}`, role: 'system' } })
  await long
    .call({ entity: 'User', action: 'delete', input: { id: 'x' } }, { requestId: 'a\0b' })
    .catch(() => undefined)
  const entry = entries.at(-1)
  expect(entry).toMatchObject({ role: 'public', requestId: 'a\uFFFDb', code: 'FORBIDDEN' })
  expect(entry?.principal).toMatch(/^\uFFFD\uFFFDx{178}… sha256:[0-9a-f]{64}$/)
  await client.close()
})

test('a file that was moved away is begun anew', async () => {
  const file = join(folder, 'rotated.jsonl')
  const { client, ann } = await openShop('memory', {
    security: { enableAuditLog: true, auditSink: { file } },
  })
  const create = (sku: string) =>
    ann.call({ entity: 'Item', action: 'create', input: { sku, cost: '1' } })
  await create('a')
  renameSync(file, `${file}.1`)
  await create('b')
  rmSync(file)
  await create('c')
  await client.close()
  const count = (path: string): number => readFileSync(path, 'utf8').trimEnd().split('\n').length
  expect(count(`${file}.1`)).toBeGreaterThan(0)
  expect(count(file)).toBe(1)
})

test('a file that cannot be opened says so at every call', async () => {
  const file = join(folder, 'nowhere', 'audit.jsonl')
  const opening = openShop('memory', { security: { enableAuditLog: true, auditSink: { file } } })
  await expect(opening).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    details: { reason: 'the file of the audit log cannot be opened' },
  })
})

test.each(ADAPTERS)('%s: memory has the newest entries', async (adapter) => {
  const memory = new AuditMemory({ limit: 2 })
  const { client, ann, admin } = await openShop(adapter, {
    security: { enableAuditLog: true, auditSink: memory },
  })
  await ann.items.create({ sku: 'a', cost: '1.5' })
  await ann.items.create({ sku: 'a', cost: '1.5' }).catch(() => undefined)
  const { id } = (await admin.items.create({ sku: 'b', cost: '2' })) as { readonly id: string }
  expect(memory.entries).toMatchObject([
    { entity: 'Item', operation: 'create', success: false, code: 'CONFLICT' },
    { entity: 'Item', operation: 'create', success: true, id, changedFields: ['cost', 'sku'] },
  ])
  // What is rolled back leaves no entry, for a transaction holds its own until it ends.
  const rolledBack = client.transaction(async (tx) => {
    await tx.system().items.update(id, { cost: '3' })
    throw new Error('no')
  })
  await expect(rolledBack).rejects.toThrow('no')
  expect(memory.entries.at(-1)).toMatchObject({ operation: 'create', id })
  await client.close()
  const refused = expect.objectContaining({ code: 'VALIDATION_ERROR' })
  for (const options of [{ limit: 0 }, { limit: 1.5 }, { limit: 'x' }, null, 5])
    expect(() => new AuditMemory(options as { limit: number })).toThrow(refused)
})
