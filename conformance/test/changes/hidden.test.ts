// What a subscriber is told is the same in two worlds that differ in rows hidden from him (SUB-21).
import { DBALClient, type ChangeEvent } from '@proj/dbal'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Follower } from './follow.ts'
import { notesModel } from './notes-model.ts'

const schema = notesModel()
const QUERIES = [
  {},
  { sort: { text: 'desc' }, limit: 2 },
  { filter: { OR: [{ text: { ne: 'x' } }, { team: { is: { lead: 'bob' } } }] }, select: ['text'] },
  { include: { team: { include: { notes: { limit: 2 } } } } },
  { include: { team: { include: { notes: { count: true } } } } },
]

const text = fc.constantFrom('', 'x', 'y')
const seen = fc.record({ id: fc.constantFrom('1', '2', '3', '4'), text, shown: fc.boolean() })
const unseen = fc.record({ id: fc.constantFrom('h1', 'h2', '0'), text, stored: fc.boolean() })
const hidden = fc.array(unseen, { maxLength: 3 })
const steps = fc.array(fc.record({ seen, left: hidden, right: hidden }), {
  minLength: 1,
  maxLength: 10,
})

interface Write {
  readonly seen: { readonly id: string; readonly text: string; readonly shown: boolean }
  readonly unseen: readonly {
    readonly id: string
    readonly text: string
    readonly stored: boolean
  }[]
}

/** Names of feeds are random; everything else is to be the same. */
function told(events: readonly ChangeEvent[]): unknown {
  return events.map((event) => ({ ...event, eventId: event.eventId.replace(/^.*-/, '') }))
}

async function eventsIn(writes: readonly Write[]): Promise<unknown> {
  const client = new DBALClient({ schema })
  const system = client.system()
  await system.teams.createMany([
    { id: 'a', lead: 'ann' },
    { id: 'b', lead: 'bob' },
  ])
  const ann = client.as({ user: { id: 'ann', role: 'user' } })
  const followers = QUERIES.map((query) => new Follower(ann, 'notes', query))
  const settle = async (): Promise<void> => {
    for (const [n, follower] of followers.entries()) {
      const query = QUERIES[n] ?? {}
      const asked = 'select' in query ? { ...query, select: ['text', 'id'] } : query
      await follower.untilRows(async () => (await ann.notes.list(asked)).data)
    }
  }
  const store = async (id: string, values: object): Promise<void> => {
    if ((await system.notes.updateMany({ id }, values)) === 0)
      await system.notes.create({ id, ...values })
  }
  await settle()
  for (const { seen: mine, unseen: theirs } of writes) {
    for (const each of theirs)
      if (each.stored) await store(each.id, { teamId: 'b', text: each.text })
      else await system.notes.updateMany({ id: each.id }, { text: each.text, teamId: null })
    await store(mine.id, { teamId: mine.shown ? 'a' : 'b', text: mine.text })
    await settle()
  }
  for (const follower of followers) await follower.leave()
  await client.close()
  return followers.map(({ events, faults }) => [told(events), faults])
}

test('hidden rows make no event', { timeout: 60_000 }, () =>
  fc.assert(
    fc.asyncProperty(steps, async (played) => {
      const left = await eventsIn(played.map((each) => ({ seen: each.seen, unseen: each.left })))
      const right = await eventsIn(played.map((each) => ({ seen: each.seen, unseen: each.right })))
      expect(left).toEqual(right)
    }),
    { numRuns: 40 },
  ),
)
