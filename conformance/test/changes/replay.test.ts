// Random writes by several callers under random rules: whatever a subscriber was told, replayed over its
// snapshot, is what `list` answers; and rows that are hidden from it make no difference.
import { DBALClient, type Model, type ScopedClient } from '@proj/dbal'
import { openMemory } from '@proj/dbal-adapter-memory'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { borrowed } from '../../src/targets/closed-with.ts'
import { serverTarget } from '../../src/targets/servers.ts'
import type { Target } from '../../src/targets/target.ts'
import { Follower } from './follow.ts'
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

const id = fc.constantFrom('1', '2', '3', '4', '5', '6')
const team = fc.constantFrom('a', 'b', null)
const text = fc.constantFrom('', 'x', 'y')
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('put'), id, teamId: team, text, open: fc.boolean() }),
  },
  fc.record({ do: fc.constant('delete'), id }),
  fc.record({
    do: fc.constant('lead'),
    id: fc.constantFrom('a', 'b'),
    lead: fc.constantFrom(...PEOPLE),
  }),
  fc.record({ do: fc.constant('dissolve'), id: fc.constantFrom('a', 'b') }),
  fc.record({ do: fc.constant('tag'), id: fc.constantFrom(...PEOPLE), noteId: fc.option(id) }),
  fc.record({ do: fc.constant('undone'), id, text }),
  fc.record({ do: fc.constant('resume'), who: fc.nat({ max: 9 }) }),
)
/** Whether all that was told is compared before the next step. */
const settled = fc.record({ step, settle: fc.boolean() })
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
type Settled = typeof settled extends fc.Arbitrary<infer T> ? T : never

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

type Clients = readonly [DBALClient, ...DBALClient[]]

interface Followed {
  readonly follower: Follower
  readonly list: () => Promise<readonly Record<string, unknown>[]>
}

function followAll(clients: Clients): Followed[] {
  return PEOPLE.flatMap((who, n) =>
    QUERIES.map((query) => {
      const client = clients[n] ?? clients[0]
      const caller = client.as({ user: { id: who, role: 'user' } })
      const asked = 'select' in query ? { ...query, select: ['text', 'id'] } : query
      return {
        follower: new Follower(caller, 'notes', query),
        list: async () => (await caller.notes.list(asked)).data,
      }
    }),
  )
}

async function follow(clients: Clients, played: readonly Settled[]): Promise<void> {
  const [first] = clients
  const followed = followAll(clients)
  const agree = async (): Promise<void> => {
    for (const { follower, list } of followed) await follower.untilRows(list)
  }
  await agree()
  for (const [n, { step: each, settle }] of played.entries()) {
    if (each.do === 'resume') await followed[each.who]?.follower.resume()
    else await play((clients[n % clients.length] ?? first).system(), each)
    if (settle) await agree()
  }
  await agree()
  for (const { follower } of followed) await follower.leave()
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
  work: (clients: Clients) => Promise<void>,
): Promise<void> {
  const adapter = await target.open(model)
  const state = stateUrl === undefined ? {} : { state: { url: stateUrl } }
  const open = (): DBALClient =>
    new DBALClient({ schema: model, adapter: borrowed(adapter), ...state })
  const clients: Clients = stateUrl === undefined ? [open()] : [open(), open()]
  try {
    await clients[0].system().teams.createMany([
      { id: 'a', lead: 'ann' },
      { id: 'b', lead: 'bob' },
    ])
    await work(clients)
  } finally {
    await Promise.all(clients.map((client) => client.close()))
    await adapter.close()
  }
}

/** Below the minute after which what was missed is found anyway. */
const TIMEOUT_MS = 55_000

const models = RULES.map((rule) => notesModel(rule))
const steps = fc.array(settled, { minLength: 5, maxLength: 20 })

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
  test('what is told adds up to what is listed (SUB-1, SUB-20)', { timeout: TIMEOUT_MS }, () =>
    fc.assert(
      fc.asyncProperty(fc.constantFrom(...models), steps, (model, played) =>
        withWorld(target, model, stateUrl, (clients) => follow(clients, played)),
      ),
      { numRuns },
    ),
  )
})
