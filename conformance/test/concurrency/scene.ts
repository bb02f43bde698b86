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

/** Runs `tests` on each server that the environment names; says plainly where it names none. */
export function onServers(what: string, tests: (scene: Scene, server: string) => void): void {
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
      beforeEach(() => furnish(scene.root))
      tests(scene, server)
    })
  if (SERVERS.length > 0) return
  it(`${what}: has no server to run on`, () => {
    process.stdout.write(`${what}: the environment names no server; nothing was tested\n`)
  })
}

/** The same rows, whatever was there before. */
export async function furnish(root: ScopedClient): Promise<void> {
  for (const plural of ['docs', 'ledgers', 'tickets', ...RELATED, 'pages', 'shelves'])
    await root[plural].deleteMany({}, { all: true })
  await root.docs.createMany([
    { id: '1', ownerId: 'ann', slug: 'one' },
    { id: '2', ownerId: 'ann' },
    { id: '3', ownerId: 'bob', slug: 'three' },
  ])
  await root.ledgers.createMany([
    { id: '0', rank: 200, sealed: 1 },
    { id: '1', rank: 1 },
  ])
  await root.tickets.create({ id: '1', ownerId: 'ann' })
  await root.pages.create({ id: 'p', ownerId: 'ann' })
  for (const plural of RELATED)
    await root[plural].createMany([
      { id: '1', pageId: 'p', text: 'old' },
      { id: '2', pageId: 'p', text: 'old' },
    ])
  await root.shelves.create({ id: 's' })
  await root.books.create({ id: 'b', shelfId: 's' })
  await root.leaves.create({ id: 'l', bookId: 'b' })
}
