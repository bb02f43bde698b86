// Live answers (SUB-1 and following), on the engines of this process.
import { compareText } from '@proj/dbal-contract'
import { openMemory } from '@proj/dbal-adapter-memory'
import { afterEach, describe, expect, test } from 'vitest'
import {
  DBALClient,
  isDBALError,
  type AdapterName,
  type AuditEntry,
  type ClientConfig,
  type ScopedClient,
} from '@proj/dbal'
import { borrowed } from '../../src/targets/closed-with.ts'
import { Follower } from './follow.ts'
import { notesModel } from './notes-model.ts'

const schema = notesModel()
const clients: DBALClient[] = []
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()))
})

function open(adapter: AdapterName = 'memory', config: ClientConfig = {}) {
  const client = new DBALClient({ schema, adapter, database: { url: ':memory:' }, ...config })
  clients.push(client)
  const as = (id: string): ScopedClient => client.as({ user: { id, role: 'user' } })
  return { client, system: client.system(), ann: as('ann'), bob: as('bob') }
}

async function withTeams(adapter?: AdapterName, config?: ClientConfig) {
  const opened = open(adapter, config)
  await opened.system.teams.createMany([
    { id: 'a', lead: 'ann' },
    { id: 'b', lead: 'bob' },
  ])
  return opened
}

const ids = (follower: Follower): readonly unknown[] =>
  [...follower.rows.keys()].map(String).sort(compareText)
const types = (follower: Follower): readonly string[] => follower.events.map(({ type }) => type)
const code = (error: unknown): unknown => (isDBALError(error) ? error.code : error)

describe.each(['memory', 'sqlite', 'duckdb', 'prisma'] as const)('on %s', (adapter) => {
  test('a snapshot, then what enters, changes and leaves', async () => {
    const { system, ann } = await withTeams(adapter)
    await system.notes.create({ id: '1', teamId: 'a', text: 'one' })
    const follower = new Follower(ann, 'notes')
    await follower.until(() => follower.rows.size === 1)
    await system.notes.create({ id: '2', teamId: 'a' })
    await follower.until(() => follower.rows.size === 2)
    await system.notes.update('1', { text: 'two' })
    await follower.until(() => follower.rows.get('1')?.['text'] === 'two')
    await system.notes.delete('2')
    await follower.until(() => follower.rows.size === 1)
    expect(types(follower)).toEqual(['snapshot', 'entered', 'changed', 'left_view'])
    expect(follower.events.at(-1)).toMatchObject({ key: { id: '2' } })
    await follower.leave()
  })

  test('a row leaves when a rule no longer shows it, by a write to another entity', async () => {
    const { system, ann, bob } = await withTeams(adapter)
    await system.notes.create({ id: '1', teamId: 'a', text: 'one' })
    const hers = new Follower(ann, 'notes')
    const his = new Follower(bob, 'notes')
    await hers.until(() => hers.rows.size === 1)
    await his.until(() => his.events.length === 1)
    await system.teams.update('a', { lead: 'bob' })
    await hers.until(() => hers.rows.size === 0)
    await his.until(() => his.rows.size === 1)
    expect([types(hers), types(his)]).toEqual([
      ['snapshot', 'left_view'],
      ['snapshot', 'entered'],
    ])
    await Promise.all([hers.leave(), his.leave()])
  })

  test('what the database does over foreign keys is told of', async () => {
    const { system, ann } = await withTeams(adapter)
    await system.notes.create({ id: '1', teamId: 'a' })
    await system.tags.create({ id: 't', noteId: '1' })
    const notes = new Follower(ann, 'notes')
    const tags = new Follower(ann, 'tags')
    await notes.until(() => notes.rows.size === 1)
    await tags.until(() => tags.rows.size === 1)
    await system.teams.delete('a')
    await notes.until(() => notes.rows.size === 0)
    await tags.until(() => tags.rows.get('t')?.['noteId'] === null)
    await Promise.all([notes.leave(), tags.leave()])
  })

  test('a transaction is told of as a whole, and nothing of one that is undone', async () => {
    const { system, ann } = await withTeams(adapter)
    const follower = new Follower(ann, 'notes')
    await follower.until(() => follower.events.length === 1)
    const undone = system.transaction(async (tx) => {
      await tx.notes.create({ id: 'undone', teamId: 'a' })
      throw new Error('no')
    })
    await expect(undone).rejects.toThrow('no')
    await system.transaction(async (tx) => {
      await tx.notes.create({ id: '1', teamId: 'a' })
      await tx.notes.create({ id: '2', teamId: 'a' })
      await tx.notes.delete('1')
    })
    await follower.until(() => follower.rows.size === 1)
    expect(follower.events.slice(1)).toMatchObject([{ type: 'entered', row: { id: '2' } }])
    await follower.leave()
  })
})

test('a nested transaction that is undone tells nothing, and the outer one its own', async () => {
  const { system, ann } = await withTeams('sqlite')
  const follower = new Follower(ann, 'notes')
  await follower.until(() => follower.events.length === 1)
  await system.transaction(async (tx) => {
    await tx.notes.create({ id: '1', teamId: 'a' })
    await tx
      .transaction(async (inner) => {
        await inner.notes.create({ id: '2', teamId: 'a' })
        throw new Error('no')
      })
      .catch(() => undefined)
    await tx.transaction((inner) => inner.notes.create({ id: '3', teamId: 'a' }))
  })
  await follower.until(() => follower.rows.size === 2)
  expect(ids(follower)).toEqual(['1', '3'])
  await follower.leave()
})

test('a row whose time is over leaves, by the clock of the config', async () => {
  let now = Date.parse('2030-01-01T00:00:00Z')
  const { system, ann } = open('memory', { now: () => new Date(now) })
  await system.tickets.create({ id: 't', expiresAt: new Date(now + 30) })
  await system.tickets.create({ id: 'u', expiresAt: new Date(now + 3_600_000) })
  const follower = new Follower(ann, 'tickets')
  await follower.until(() => follower.rows.size === 2)
  now += 31
  await follower.until(() => follower.rows.size === 1)
  expect(ids(follower)).toEqual(['u'])
  await follower.leave()
})

test('a window keeps its limit: one leaves where another enters', async () => {
  const { system, ann } = await withTeams()
  await system.notes.createMany(['2', '3', '4'].map((id) => ({ id, teamId: 'a' })))
  const follower = new Follower(ann, 'notes', { sort: { id: 'asc' }, limit: 2, select: ['text'] })
  await follower.until(() => follower.rows.size === 2)
  await system.notes.create({ id: '1', teamId: 'a' })
  await follower.until(() => follower.rows.has('1'))
  expect(ids(follower)).toEqual(['1', '2'])
  expect(types(follower)).toEqual(['snapshot', 'left_view', 'entered'])
  await follower.leave()
})

test('who comes back is told what he missed, and a stranger gets a gap', async () => {
  const { system, ann, bob } = await withTeams()
  await system.notes.createMany(['1', '2', '3'].map((id) => ({ id, teamId: 'a', open: true })))
  const follower = new Follower(ann, 'notes')
  await follower.until(() => follower.rows.size === 3)
  await follower.leave()
  await system.notes.update('1', { text: 'other' })
  await system.notes.delete('2')
  await system.notes.create({ id: '4', teamId: 'a' })
  await follower.resume()
  await follower.until(() => follower.rows.has('4') && follower.rows.size === 3)
  expect(types(follower)).toEqual(['snapshot', 'left_view', 'changed', 'entered'])
  const { lastEventId = '' } = follower
  for (const foreign of ['', 'x', `${lastEventId}0`, lastEventId.replace(/-.*/, '-')]) {
    await follower.resume(foreign)
    await follower.until(() => follower.events.at(-1)?.type === 'snapshot')
    expect(types(follower).slice(-2)).toEqual(['gap', 'snapshot'])
    follower.events.length = 0
  }
  const his = bob.subscribe('notes', { lastEventId })
  expect((await his.next()).value).toMatchObject({ type: 'gap' })
  expect((await his.next()).value).toMatchObject({ type: 'snapshot' })
  await his.return()
  await follower.leave()
})

test('what has left meanwhile is shown to nobody who reads late', async () => {
  const { system, ann } = await withTeams()
  const quick = new Follower(ann, 'notes')
  const late = ann.subscribe('notes')
  expect((await late.next()).value).toMatchObject({ type: 'snapshot', rows: [] })
  await quick.until(() => quick.events.length === 1)
  await system.notes.create({ id: '1', teamId: 'a', text: 'secret' })
  await quick.until(() => quick.rows.size === 1)
  await system.notes.update('1', { teamId: 'b' })
  await quick.until(() => quick.rows.size === 0)
  await system.notes.create({ id: '2', teamId: 'a' })
  await quick.until(() => quick.rows.size === 1)
  expect((await late.next()).value).toMatchObject({ type: 'entered', row: { id: '2' } })
  await Promise.all([quick.leave(), late.return()])
})

test('a consumer that is too slow gets a gap and what is there', async () => {
  const { system, ann } = await withTeams()
  const quick = new Follower(ann, 'notes', { limit: 100 })
  const slow = ann.subscribe('notes', { limit: 100 })
  await slow.next()
  for (let round = 0; round < 11; round += 1) {
    const rows = Array.from({ length: 100 }, (_, n) => ({ id: `${round}.${n}`, teamId: 'a' }))
    await system.notes.createMany(rows)
    await quick.until(() => quick.rows.size === 100)
    await system.notes.deleteMany({ id: { startsWith: `${round}.` } })
    await quick.until(() => quick.rows.size === 0)
  }
  await system.notes.create({ id: 'last', teamId: 'a' })
  await quick.until(() => quick.rows.size === 1)
  expect((await slow.next()).value).toMatchObject({ type: 'gap' })
  expect((await slow.next()).value).toMatchObject({ type: 'snapshot', rows: [{ id: 'last' }] })
  expect(quick.faults).toEqual([])
  await Promise.all([quick.leave(), slow.return()])
})

test.each([
  ['an entity that he may not list', 'secrets', {}, 'FORBIDDEN'],
  ['an unknown entity', 'nothings', {}, 'VALIDATION_ERROR'],
  ['an unknown option', 'notes', { page: 2 }, 'VALIDATION_ERROR'],
  ['an unknown field', 'notes', { filter: { nope: 1 } }, 'VALIDATION_ERROR'],
  ['a limit beyond the most', 'notes', { limit: 1e6 }, 'VALIDATION_ERROR'],
  ['a last event that is no text', 'notes', { lastEventId: 7 }, 'VALIDATION_ERROR'],
])('%s rejects the first next()', async (_, entity, input, expected) => {
  const { ann } = open()
  const subscription = ann.subscribe(entity, input)
  expect(await subscription.next().catch(code)).toBe(expected)
  expect(await subscription.next()).toEqual({ value: undefined, done: true })
})

test('it ends with return(), with the signal and with the client, at whatever moment', async () => {
  const { client, ann } = await withTeams()
  const done = { value: undefined, done: true }
  const before = ann.subscribe('notes')
  await before.return()
  expect(await before.next()).toEqual(done)

  const starting = ann.subscribe('notes')
  const first = starting.next()
  await starting.return()
  expect(await first).toEqual(done)

  const control = new AbortController()
  const stopped = ann.subscribe('notes', {}, { signal: control.signal })
  await stopped.next()
  const waiting = [stopped.next(), stopped.next()]
  control.abort()
  expect(await Promise.all(waiting)).toEqual([done, done])
  expect(await ann.subscribe('notes', {}, { signal: control.signal }).next()).toEqual(done)

  const open = ann.subscribe('notes')
  await open.next()
  const last = open.next()
  await client.close()
  expect(await last).toEqual(done)
  expect(await ann.subscribe('notes').next().catch(code)).toBe('UNAVAILABLE')
})

test('an accessor has it too, and a transaction does not', async () => {
  const { ann, client } = await withTeams()
  const subscription = ann.notes.subscribe({ filter: { open: true } })
  expect((await subscription.next()).value).toMatchObject({ type: 'snapshot', rows: [] })
  await subscription.return()
  expect((await client.capabilities()).features.has('changes')).toBe(true)
  const inside = ann.transaction((tx) => tx.subscribe('notes').next())
  expect(await inside.catch(code)).toBe('CAPABILITY_NOT_SUPPORTED')
})

test('it is one list to the audit log, however often it is looked at (SUB-7)', async () => {
  const entries: AuditEntry[] = []
  const auditSink = (entry: AuditEntry): void => void entries.push(entry)
  const { system, ann } = await withTeams('memory', {
    schema: notesModel(undefined, 'security: { audit_all_access: true }'),
    security: { enableAuditLog: true, auditSink },
  })
  const follower = new Follower(ann, 'notes')
  await follower.until(() => follower.events.length === 1)
  for (const id of ['1', '2', '3']) {
    await system.notes.create({ id, teamId: 'a' })
    await follower.until(() => follower.rows.has(id))
  }
  await follower.leave()
  const lists = entries.filter(({ operation }) => operation === 'list')
  expect(lists).toMatchObject([{ entity: 'Note', principal: 'ann', success: true }])
})

test('what no notice tells of is found by looking again', async () => {
  const adapter = openMemory({ model: schema })
  const one = open('memory', { adapter: borrowed(adapter) })
  const other = open('memory', { adapter: borrowed(adapter) })
  const follower = new Follower(one.ann, 'notes')
  await follower.until(() => follower.events.length === 1)
  await other.system.notes.create({ id: '1', open: true })
  follower.subscription.refresh()
  await follower.until(() => follower.rows.has('1'))
  await follower.leave()
})

test('nobody changes what others are told', async () => {
  const { system, ann } = await withTeams()
  await system.notes.create({ id: '1', teamId: 'a', text: 'one' })
  const [one, two] = [ann.subscribe('notes'), ann.subscribe('notes')]
  const { value: hers } = await one.next()
  if (hers?.type === 'snapshot') for (const row of hers.rows) row['text'] = 'spoilt'
  expect((await two.next()).value).toMatchObject({ rows: [{ text: 'one' }] })
  await system.notes.update('1', { text: 'two' })
  expect((await one.next()).value).toMatchObject({ type: 'changed', row: { text: 'two' } })
  await Promise.all([one.return(), two.return()])
})
