import { compileWorkspace, type Model } from '@proj/dbal-schema'
import { afterEach, describe, expect, test } from 'vitest'
import { openRuntime } from '../src/config/open-runtime.ts'
import type { AdapterName, AuditEntry, ClientConfig } from '../src/index.ts'
import { SYSTEM } from '../src/principal/create-principal.ts'
import type { Runtime } from '../src/runtime.ts'
import { Sweeper } from '../src/store/sweeper.ts'

const CAMP = `
entity: Tent
ttl: { field: endsAt, auto_delete: true }
fields:
  id: { type: string, primary: true }
  endsAt: { type: datetime, required: true }
acl: { create: { user: true }, read: { user: true }, delete: { user: true } }
---
entity: Sleeper
fields:
  id: { type: string, primary: true }
  tentId: { type: string, required: true, foreign_key: { entity: Tent, field: id, on_delete: cascade } }
acl: { create: { user: true }, read: { user: true }, delete: { user: true } }
---
entity: Dream
fields:
  id: { type: string, primary: true }
  sleeperId: { type: string, required: true, foreign_key: { entity: Sleeper, field: id, on_delete: cascade } }
acl: { create: { user: true }, read: { user: true }, delete: false }
---
entity: Lamp
fields:
  id: { type: string, primary: true }
  tentId: { type: string, optional: true, nullable: true, foreign_key: { entity: Tent, field: id, on_delete: set_null } }
acl: { create: { user: true }, read: { user: true }, update: { user: true } }
---
entity: Debt
fields:
  id: { type: string, primary: true }
  tentId: { type: string, required: true, foreign_key: { entity: Tent, field: id, on_delete: restrict } }
acl: { create: { user: true }, read: { user: true } }
`

function campModel(): Model {
  const { model, diagnostics } = compileWorkspace([{ path: 'entities/camp.yaml', text: CAMP }])
  if (model === undefined) throw new Error(JSON.stringify(diagnostics))
  return model
}

const schema = campModel()
const NOW = new Date('2026-01-02T00:00:00Z')
const OVER = new Date('2026-01-01T00:00:00Z')
const LATER = new Date('2026-01-03T00:00:00Z')
const ADAPTERS: readonly AdapterName[] = ['memory', 'sqlite', 'duckdb']

const opened: { close: () => Promise<void> }[] = []
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close()
})

async function openCamp(adapter: AdapterName, config: ClientConfig = {}): Promise<Runtime> {
  const runtime = await openRuntime({
    schema,
    adapter,
    database: { url: ':memory:' },
    now: () => NOW,
    ...config,
  })
  opened.push({
    close: async () => {
      await runtime.audit?.close()
      await runtime.adapter.close()
    },
  })
  return runtime
}

/** What is stored, gone for everybody or not. */
async function stored({ base }: Runtime, entity: string): Promise<readonly string[]> {
  const where = { kind: 'true' } as const
  const { rows } = await base.run({ kind: 'select', entity, fields: ['id'], where, sort: [] }, [])
  return rows.map(({ id }) => String(id)).sort()
}

type Rows = readonly Readonly<Record<string, unknown>>[]

async function fill(runtime: Runtime, tables: Readonly<Record<string, Rows>>): Promise<void> {
  for (const [entity, rows] of Object.entries(tables))
    for (const row of rows) {
      const fields = Object.keys(row)
      await runtime.base.run({ kind: 'insert', entity, fields }, Object.values(row) as never)
    }
}

const sweep = (runtime: Runtime): Promise<void> => new Sweeper(runtime).sweep()

describe.each(ADAPTERS)('rows past their time, on %s', (adapter) => {
  test('go with what hangs on them, and no others', async () => {
    const camp = await openCamp(adapter)
    await fill(camp, {
      Tent: [
        { id: 'a', endsAt: OVER },
        { id: 'b', endsAt: LATER },
      ],
      Sleeper: [
        { id: 's', tentId: 'a' },
        { id: 't', tentId: 'b' },
      ],
      Lamp: [{ id: 'l', tentId: 'a' }],
    })
    await sweep(camp)
    expect(await stored(camp, 'Tent')).toEqual(['b'])
    expect(await stored(camp, 'Sleeper')).toEqual(['t'])
    expect(await stored(camp, 'Lamp')).toEqual(['l'])
  })

  test('stay where something would go with them that nobody may delete', async () => {
    const camp = await openCamp(adapter)
    await fill(camp, {
      Tent: ['a', 'b', 'c'].map((id) => ({ id, endsAt: OVER })),
      Sleeper: [
        { id: 's', tentId: 'a' },
        { id: 't', tentId: 'b' },
      ],
      Dream: [{ id: 'd', sleeperId: 't' }],
    })
    await sweep(camp)
    expect(await stored(camp, 'Tent')).toEqual(['b'])
    expect(await stored(camp, 'Sleeper')).toEqual(['t'])
    expect(await stored(camp, 'Dream')).toEqual(['d'])
  })

  test('stay alone where others refer to them', async () => {
    const camp = await openCamp(adapter)
    await fill(camp, {
      Tent: ['a', 'b', 'c'].map((id) => ({ id, endsAt: OVER })),
      Debt: [{ id: 'd', tentId: 'b' }],
    })
    await sweep(camp)
    expect(await stored(camp, 'Tent')).toEqual(['b'])
  })
})

test('rows that stay do not keep others from being looked at', async () => {
  const camp = await openCamp('sqlite')
  const ids = Array.from({ length: 1010 }, (_, n) => String(n).padStart(4, '0'))
  await fill(camp, {
    Tent: ids.map((id) => ({ id, endsAt: OVER })),
    Debt: ids.slice(0, 1005).map((id) => ({ id, tentId: id })),
  })
  const sweeper = new Sweeper(camp)
  await sweeper.sweep()
  expect(await stored(camp, 'Tent')).toHaveLength(1010)
  await sweeper.sweep()
  expect(await stored(camp, 'Tent')).toEqual(ids.slice(0, 1005))
})

describe.each(ADAPTERS)('the audit log, on %s', (adapter) => {
  async function audited(): Promise<readonly [Runtime, AuditEntry[]]> {
    const entries: AuditEntry[] = []
    const auditSink = (entry: AuditEntry): void => void entries.push(entry)
    const security = { enableAuditLog: true, auditSink }
    return [await openCamp(adapter, { security }), entries]
  }

  const said = (entries: readonly AuditEntry[]): readonly string[] =>
    entries.map(({ role, entity, operation }) => `${role} ${entity} ${operation}`).sort()

  test('has an entry of a sweep that took something, and of what went with it', async () => {
    const [camp, entries] = await audited()
    await fill(camp, {
      Tent: [{ id: 'a', endsAt: OVER }],
      Sleeper: [{ id: 's', tentId: 'a' }],
      Lamp: [{ id: 'l', tentId: 'a' }],
    })
    await sweep(camp)
    await sweep(camp)
    expect(said(entries)).toEqual([
      'system Lamp update',
      'system Sleeper delete',
      'system Tent expire',
    ])
    expect(entries.every(({ success, requestId }) => success && requestId !== '')).toBe(true)
    expect(new Set(entries.map(({ requestId }) => requestId)).size).toBe(1)
  })

  test('has none of a sweep that was undone', async () => {
    const [camp, entries] = await audited()
    await fill(camp, {
      Tent: [{ id: 'a', endsAt: OVER }],
      Sleeper: [{ id: 's', tentId: 'a' }],
      Dream: [{ id: 'd', sleeperId: 's' }],
    })
    await sweep(camp)
    expect(entries.filter(({ success }) => success)).toEqual([])
  })

  test('has an entry of each entity whose rows go or change with another one', async () => {
    const [camp, entries] = await audited()
    await fill(camp, {
      Tent: ['a', 'b'].map((id) => ({ id, endsAt: LATER })),
      Sleeper: [{ id: 's', tentId: 'a' }],
      Lamp: [{ id: 'l', tentId: 'a' }],
    })
    const system = camp.scope(SYSTEM)
    await system.call({ entity: 'Tent', action: 'delete', input: { id: 'a' } })
    expect(said(entries.splice(0))).toEqual([
      'system Lamp update',
      'system Sleeper delete',
      'system Tent delete',
    ])
    await system.call({ entity: 'Tent', action: 'delete', input: { id: 'b' } })
    expect(said(entries)).toEqual(['system Tent delete'])
  })
})

test('a sweep whose entry cannot be kept is undone', async () => {
  const auditSink = (): void => {
    throw new Error('the disk is full')
  }
  const camp = await openCamp('sqlite', { security: { enableAuditLog: true, auditSink } })
  opened.pop()
  await fill(camp, { Tent: [{ id: 'a', endsAt: OVER }] })
  await sweep(camp)
  expect(await stored(camp, 'Tent')).toEqual(['a'])
  await expect(camp.audit?.close()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  await camp.adapter.close()
})
