// What each race starts from: ann, who is the second client's caller, what is hers, and what is bob's.
import type { ScopedClient } from '@proj/dbal'
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest'
import { RELATED, raceModel } from './model.ts'
import { openPair, SERVERS, type Pair } from './servers.ts'

export interface Scene {
  pair: Pair
  /** A caller, on the second client. */
  ann: ScopedClient
  /** The system principal, on the first. */
  root: ScopedClient
  /** Every row of an entity, in order. */
  rows(plural: string): Promise<readonly Record<string, unknown>[]>
}

/** Runs `tests`, which look at these entities, on each server that the environment names; says where it names none. */
export function onServers(
  what: string,
  plurals: readonly string[],
  tests: (scene: Scene, server: string) => void,
): void {
  for (const [server, url] of SERVERS)
    describe(`${what}, on ${server}`, () => {
      const scene = {
        rows: async (plural) => (await scene.root[plural].list({ sort: { id: 'asc' } })).data,
      } as Scene
      beforeAll(async () => {
        scene.pair = await openPair(server, url, raceModel())
        scene.ann = scene.pair.second.as({ user: { id: 'ann', role: 'user' } })
        scene.root = scene.pair.first.system()
        await scene.root.users.createMany([{ id: 'ann' }, { id: 'bob' }])
      })
      afterAll(() => scene.pair.close())
      beforeEach(() => furnish(scene.root, plurals))
      tests(scene, server)
    })
  if (SERVERS.length > 0) return
  it(`${what}: has no server to run on`, () => {
    process.stdout.write(`${what}: the environment names no server; nothing was tested\n`)
  })
}

const NOTES = [
  { id: '1', pageId: 'p', text: 'old' },
  { id: '2', pageId: 'p', text: 'old' },
]

/** By accessor, each after what it refers to. */
const ROWS: Readonly<Record<string, readonly object[]>> = {
  docs: [
    { id: '1', ownerId: 'ann', slug: 'one' },
    { id: '2', ownerId: 'ann' },
    { id: '3', ownerId: 'bob', slug: 'three' },
  ],
  ledgers: [
    { id: '0', rank: 200, sealed: 1 },
    { id: '1', rank: 1 },
  ],
  tickets: [{ id: '1', ownerId: 'ann' }],
  pages: [{ id: 'p', ownerId: 'ann' }],
  ...Object.fromEntries(RELATED.map((plural) => [plural, NOTES])),
  shelves: [{ id: 's' }],
  pins: [{ id: 'n', shelfId: 's' }],
  books: [{ id: 'b', shelfId: 's' }],
  leaves: [{ id: 'l', bookId: 'b' }],
}

export const EVERYTHING = Object.keys(ROWS)

/** The same rows, whatever was there before; in one commit, as each costs a write to the disk. */
export function furnish(root: ScopedClient, plurals: readonly string[]): Promise<void> {
  return root.transaction(async (tx) => {
    for (const plural of plurals.toReversed()) await tx[plural].deleteMany({}, { all: true })
    for (const plural of plurals) await tx[plural].createMany(ROWS[plural])
  })
}
