// Where answers of keyed calls are kept, for how long, and what of them is shown later: OP-63, OP-65, OP-69.
import { openSqlite } from '@proj/dbal-adapter-sqlite'
import { withMutations, type Adapter, type Model } from '@proj/dbal-contract'
import { compileWorkspace } from '@proj/dbal-schema'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DBALClient, type HandlerContext, type ScopedClient } from '../src/index.ts'

const { model } = compileWorkspace([
  {
    path: 'entities/note.yaml',
    text: `
entity: Note
owner: ownerId
fields:
  id: { type: string, primary: true }
  ownerId: { type: string, optional: true }
  title: { type: string, optional: true }
  grade: { type: integer, optional: true }
  folderId: { type: string, optional: true, foreign_key: { entity: Folder, field: id, name: folder, inverse: notes } }
acl:
  create: { user: true }
  read:
    - { user: true, fields: [title, ownerId, folderId] }
    - { role: [admin] }
    - { effect: deny, row_level_filter: title = 'sealed', fields: [ownerId] }
  update: { user: true }
---
entity: Folder
fields:
  id: { type: string, primary: true }
  label: { type: string, optional: true }
acl:
  create: { user: true }
  read: { admin: true }
`,
  },
  {
    path: 'operations/note.ops.yaml',
    text: `
entity: Note
operations:
  stamp: { input: { required: [id] }, output: Note, acl_required: ["note:update"] }
`,
  },
]) as { model: Model }

const key = (idempotencyKey: string) => ({ idempotencyKey })
const HOUR = 3_600_000

describe('a database', () => {
  let adapter: Adapter
  let client: DBALClient
  let system: ScopedClient
  let now: number
  /** `known`: the contract, with the table of keyed calls or without it. */
  const open = async (known: Model): Promise<void> => {
    adapter = await openSqlite({ model: known, url: ':memory:' })
    const operations = {
      'Note.stamp': async ({ input, client: caller }: HandlerContext) => {
        await caller['notes'].update(input['id'], { title: 'stamped' })
        return caller['notes'].read(input['id'], { include: { folder: true } })
      },
    }
    client = new DBALClient({ schema: model, adapter, operations, now: () => new Date(now) })
    system = client.system()
  }
  beforeEach(() => {
    now = Date.UTC(2026, 0, 1)
  })
  afterEach(async () => {
    vi.useRealTimers()
    await client.close()
  })

  describe('with the table of keyed calls', () => {
    const as = (role: string) => client.as({ user: { id: 'ann', role } })
    beforeEach(async () => {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
      await open(withMutations(model))
    })

    it('shows a replay no field that its caller may read no more (OP-65)', async () => {
      const input = { id: 'n', ownerId: 'ann', title: 'open', grade: 7 }
      const first = await as('admin')['notes'].create(input, key('k'))
      expect(first).toMatchObject({ grade: 7 })
      const { grade: _, ...shown } = first as typeof input
      expect(await as('user')['notes'].create(input, key('k'))).toEqual(shown)
      expect(await as('admin')['notes'].create(input, key('k'))).toEqual(first)
    })

    it('goes by the row of today and shows the values of then (OP-65)', async () => {
      const input = { id: 'n', ownerId: 'ann', title: 'open' }
      const first = await as('user')['notes'].create(input, key('k'))
      expect(first).toEqual({ ...input, folderId: null })
      await system['notes'].update('n', { title: 'sealed' })
      expect(await as('user')['notes'].create(input, key('k'))).toEqual({
        id: 'n',
        title: 'open',
        folderId: null,
      })
    })

    it('shows a replay no included row that its caller may read no more (OP-65)', async () => {
      await system['folders'].create({ id: 'f', label: 'mine' })
      await system['notes'].create({ id: 'n', title: 'open', folderId: 'f' })
      const stamp = (role: string) =>
        as(role).call({ entity: 'Note', action: 'stamp', input: { id: 'n' } }, key('k'))
      expect(await stamp('admin')).toMatchObject({ folder: { id: 'f', label: 'mine' } })
      expect(await stamp('user')).toMatchObject({ title: 'stamped', folder: { id: 'f' } })
      expect(JSON.stringify(await stamp('user'))).not.toContain('mine')
      expect(await stamp('admin')).toMatchObject({ folder: { id: 'f', label: 'mine' } })
    })

    it('sweeps answers whose time is over, and no others (OP-63)', async () => {
      const kept = async (): Promise<number> => {
        const rows = await adapter.schema?.query('SELECT COUNT(*) AS n FROM _dbal_mutations')
        return Number(rows?.[0]?.['n'])
      }
      await system['notes'].create({ id: 'a' }, key('a'))
      now += 23 * HOUR
      await system['notes'].create({ id: 'b' }, key('b'))
      await vi.advanceTimersByTimeAsync(60_000)
      expect(await kept()).toBe(2)
      now += HOUR
      await vi.advanceTimersByTimeAsync(60_000)
      expect(await kept()).toBe(1)
      // The younger one is still a replay, and the older key is free.
      expect(await system['notes'].create({ id: 'b' }, key('b'))).toMatchObject({ id: 'b' })
      await expect(system['notes'].create({ id: 'a' }, key('a'))).rejects.toMatchObject({
        details: { conflict: 'unique' },
      })
      now += 24 * HOUR
      await vi.advanceTimersByTimeAsync(60_000)
      expect(await kept()).toBe(0)
    })
  })

  const refuses = async (error: object): Promise<void> => {
    const { notes } = system
    await expect(notes.create({ id: 'a' }, key('k'))).rejects.toMatchObject(error)
    const operations = [{ entity: 'Note', action: 'create', input: { id: 'a' } }]
    await expect(system.batch(operations, key('l'))).rejects.toMatchObject(error)
    expect(await notes.count()).toBe(0)
    await notes.create({ id: 'a' })
    expect(await notes.count()).toBe(1)
  }

  it('without the table says what to do, and does what has no key (OP-69)', async () => {
    await open(withMutations(model))
    await adapter.schema?.apply(['DROP TABLE _dbal_mutations'])
    const reason = expect.stringContaining('run dbal push') as string
    await refuses({ code: 'DATABASE_ERROR', details: { reason } })
  })

  it('behind an adapter that knows no keys does what has none (OP-69)', async () => {
    await open(model)
    await refuses({ code: 'CAPABILITY_NOT_SUPPORTED', details: { capability: 'idempotency' } })
  })
})
