// Random writes by several callers under random rules: whatever a subscriber was told, replayed over its
// snapshot, is what `list` answers; and rows that are hidden from it make no difference.
import { DBALClient, type Model, type ScopedClient } from '@proj/dbal'
import { openMemory } from '@proj/dbal-adapter-memory'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { borrowed } from '../../src/targets/closed-with.ts'
import { serverTarget } from '../../src/targets/servers.ts'
import type { Target } from '../../src/targets/target.ts'
import { Follower, plain } from './follow.ts'
import { notesModel } from './notes-model.ts'

const RULES = [
  'team.lead = $user.id OR open = true',
  'open = true',
  'team.lead = $user.id AND open = false',
  'EXISTS(tags WHERE id = $user.id)',
]
const QUERIES = [
  {},
  { filter: { text: { ne: 'x' } } },
  { filter: { team: { is: { lead: 'ann' } } }, select: ['text'] },
  { include: { team: true, tags: true } },
  { sort: { text: 'desc' }, limit: 2 },
] as const
const PEOPLE = ['ann', 'bob'] as const

const id = fc.constantFrom('1', '2', '3', '4')
const team = fc.constantFrom('a', 'b', null)
const text = fc.constantFrom('', 'x', 'y')
const step = fc.oneof(
  fc.record({ do: fc.constant('put'), id, teamId: team, text, open: fc.boolean() }),
  fc.record({ do: fc.constant('delete'), id }),
  fc.record({
    do: fc.constant('lead'),
    id: fc.constantFrom('a', 'b'),
    lead: fc.constantFrom(...PEOPLE),
  }),
  fc.record({ do: fc.constant('dissolve'), id: fc.constantFrom('a', 'b') }),
  fc.record({ do: fc.constant('tag'), id: fc.constantFrom(...PEOPLE), noteId: fc.option(id) }),
  fc.record({ do: fc.constant('undone'), id, text }),
  fc.record({ do: fc.constant('resume'), who: fc.nat({ max: 7 }) }),
  fc.record({ do: fc.constant('pause') }),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

async function play(system: ScopedClient, step: Step): Promise<void> {
  const { do: what, ...rest } = step as { do: string } & Record<string, unknown>
  const exists = (entity: string, key: unknown): Promise<boolean> =>
    system[entity].exists({ filter: { id: key } })
  if (what === 'put') {
    const { teamId } = rest
    const known = teamId === null || (await exists('teams', teamId)) ? teamId : null
    const values = { ...rest, teamId: known }
    if (await exists('notes', rest['id'])) {
      const { id: key, ...data } = values as Record<string, unknown>
      await system.notes.update(key, data)
    } else await system.notes.create(values).catch(() => undefined)
  }
  if (what === 'delete') await system.notes.deleteMany({ id: rest['id'] })
  if (what === 'lead') {
    const { id: key, lead } = rest
    await system.teams.upsert({ where: { id: key }, create: { id: key, lead }, update: { lead } })
  }
  if (what === 'dissolve') await system.teams.deleteMany({ id: rest['id'] })
  if (what === 'tag') {
    const { id: key, noteId: wanted } = rest
    const noteId = (await exists('notes', wanted)) ? wanted : null
    await system.tags.upsert({
      where: { id: key },
      create: { id: key, noteId },
      update: { noteId },
    })
  }
  if (what === 'undone')
    await system
      .transaction(async (tx) => {
        await tx.notes.updateMany({}, { text: rest['text'] }, { all: true })
        throw new Error('undone')
      })
      .catch(() => undefined)
}

interface World {
  readonly writers: readonly DBALClient[]
  readonly readers: readonly DBALClient[]
}

async function follow({ writers, readers }: World, steps: readonly Step[]): Promise<void> {
  const followers: Follower[] = []
  const listed: (() => Promise<readonly Record<string, unknown>[]>)[] = []
  for (const [n, who] of PEOPLE.entries())
    for (const query of QUERIES) {
      const client = readers[n % readers.length] as DBALClient
      const caller = client.as({ user: { id: who, role: 'user' } })
      followers.push(new Follower(caller, 'notes', query))
      const asked = 'select' in query ? { ...query, select: ['text', 'id'] } : query
      listed.push(async () => (await caller.notes.list(asked)).data)
    }
  let n = 0
  for (const each of steps) {
    if (each.do === 'resume') await followers[each.who % followers.length]?.resume()
    else if (each.do === 'pause')
      for (const [at, follower] of followers.entries()) await follower.untilRows(listed[at]!)
    else await play((writers[n++ % writers.length] as DBALClient).system(), each)
  }
  for (const [at, follower] of followers.entries()) await follower.untilRows(listed[at]!)
  for (const [at, follower] of followers.entries()) {
    expect(plain(follower.rows.values())).toEqual(plain(await listed[at]!()))
    await follower.leave()
  }
}

const MEMORY: Target = { name: 'memory', open: async (model) => openMemory({ model }) }
const SQLITE: Target = {
  name: 'sqlite',
  open: async (model) => {
    const { openSqlite } = await import('@proj/dbal-adapter-sqlite')
    return openSqlite({ model, url: ':memory:' })
  },
}

/** What processes do, but for the one that they share: each client has notices and feeds of its own. */
async function withWorld(
  target: Target,
  model: Model,
  stateUrl: string | undefined,
  work: (world: World) => Promise<void>,
): Promise<void> {
  const adapter = await target.open(model)
  const state = stateUrl === undefined ? {} : { state: { url: stateUrl } }
  const open = (): DBALClient =>
    new DBALClient({ schema: model, adapter: borrowed(adapter), ...state })
  const clients = stateUrl === undefined ? [open()] : [open(), open()]
  try {
    const [first] = clients as [DBALClient]
    await first.system().teams.createMany([
      { id: 'a', lead: 'ann' },
      { id: 'b', lead: 'bob' },
    ])
    await work({ writers: clients, readers: clients })
  } finally {
    await Promise.all(clients.map((client) => client.close()))
    await adapter.close()
  }
}

const models = RULES.map((rule) => notesModel(rule))
const steps = fc.array(step, { minLength: 5, maxLength: 25 })

const { DBAL_TEST_POSTGRES_URL: postgres, DBAL_TEST_REDIS_URL: redis } = process.env
const targets: (readonly [string, Target, string | undefined, number])[] = [
  ['memory', MEMORY, undefined, 60],
  ['sqlite', SQLITE, undefined, 40],
]
if (redis !== undefined) targets.push(['memory, two clients over Redis', MEMORY, redis, 15])
if (postgres !== undefined) {
  const server = serverTarget('postgres', postgres)
  targets.push(['postgres, two clients over PostgreSQL', server, postgres, 6])
  if (redis !== undefined) targets.push(['postgres, two clients over Redis', server, redis, 6])
}

describe.each(targets)('on %s', (_, target, stateUrl, numRuns) => {
  test('what is told adds up to what is listed (SUB-1, SUB-20)', { timeout: 120_000 }, () =>
    fc.assert(
      fc.asyncProperty(fc.constantFrom(...models), steps, (model, played) =>
        withWorld(target, model, stateUrl, (world) => follow(world, played)),
      ),
      { numRuns },
    ),
  )
})
