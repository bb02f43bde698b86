// The property of non-interference.test.ts is worth something only if it finds leaks: here are some, and for
// each kind of operation one that no other kind tells of.
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { gamesWith } from '../src/non-interference/games.ts'
import { filterAfterwards, sortAfterwards } from '../src/non-interference/naive.ts'
import { dump, findLeak, type Game } from '../src/non-interference/play.ts'
import type { Kind } from '../src/non-interference/programs.ts'
import { BY_KIND } from './weakenings-by-kind.ts'
import { WEAKENINGS, type Weakening } from './weakenings.ts'

type Finder = (game: Game) => Promise<unknown>

const FEW = 25

/** How many games it takes, or undefined. */
async function leaksAfter(
  find: Finder,
  kinds?: readonly Kind[],
  most = 600,
): Promise<number | undefined> {
  const games = gamesWith(kinds === undefined ? {} : { kinds })
  // A few at a time: most leaks show at once, and drawing takes longer than playing.
  for (let played = 0; played < most; played += FEW) {
    const drawn = fc.sample(games, { numRuns: FEW, seed: played + 1 })
    for (const [n, game] of drawn.entries())
      if ((await find(game)) !== undefined) return played + n + 1
  }
  return undefined
}

async function weakened<T>(weakening: Weakening, run: (find: Finder) => Promise<T>): Promise<T> {
  const paths = Object.entries(weakening).map(
    ([file, weaken]) => [`../../packages/${file}.ts`, weaken] as const,
  )
  vi.resetModules()
  for (const [path, weaken] of paths)
    vi.doMock(path, async (load) => {
      const original = await load<Record<string, unknown>>()
      return { ...original, ...weaken(original) }
    })
  try {
    const { findLeak: find } = await import('../src/non-interference/play.ts')
    return await run((game) => find(game))
  } finally {
    for (const [path] of paths) vi.doUnmock(path)
    vi.resetModules()
  }
}

describe('the property finds', () => {
  it('rows that are filtered after they were fetched', async () => {
    const naive: Finder = (game) => findLeak(game, filterAfterwards(game.rules, dump))
    expect(await leaksAfter(naive)).toBeDefined()
  })

  it.each(Object.entries(WEAKENINGS))(
    '%s',
    async (_, { kinds, weakening }) => {
      expect(await weakened(weakening, (find) => leaksAfter(find, kinds))).toBeDefined()
    },
    120_000,
  )

  it('nothing in ours', async () => {
    expect(await leaksAfter(findLeak, undefined, 50)).toBeUndefined()
  })
})

describe('one kind of operation finds', () => {
  it('rows that are sorted after they were fetched, by what cannot be sorted by', async () => {
    const naive: Finder = (game) => findLeak(game, sortAfterwards(dump))
    expect(await leaksAfter(naive, ['strange sort'])).toBeDefined()
  })

  it.each(BY_KIND)(
    '$kind: $what',
    async ({ kind, weakening }) => {
      expect(await weakened(weakening, (find) => leaksAfter(find, [kind]))).toBeDefined()
    },
    120_000,
  )
})
