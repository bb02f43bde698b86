// The property of non-interference.test.ts is worth something only if it finds leaks: here are some.
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { games } from '../src/non-interference/games.ts'
import { filterAfterwards } from '../src/non-interference/naive.ts'
import { dump, findLeak, type Game } from '../src/non-interference/play.ts'

type Finder = (game: Game) => Promise<unknown>

/** How many games it takes, or undefined. */
async function leaksAfter(find: Finder, most = 400): Promise<number | undefined> {
  const drawn = fc.sample(games, { numRuns: most, seed: 1 })
  for (const [n, game] of drawn.entries()) if ((await find(game)) !== undefined) return n + 1
  return undefined
}

const ALL = { kind: 'true' } as const

type Weaken = (original: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>

/** Weaker versions of our own parts, by the file of packages/policy that has them. */
const WEAKENINGS: Readonly<Record<string, readonly [string, Weaken]>> = {
  'filters over hidden fields': ['guard-filter', () => ({ guardFilter: (f: unknown) => f })],
  'relation terms over hidden rows': ['guard-filter', () => ({ visible: () => ALL })],
  'sorting and aggregating by hidden fields': ['access', openFields],
  'foreign keys to hidden rows': ['demand-targets', () => ({ demandTargets: async () => {} })],
  'writes that answer hidden fields': [
    'view-row',
    () => ({ viewRow: async (_: unknown, __: unknown, row: unknown) => row }),
  ],
}

type Uses = new (...args: unknown[]) => { field(...args: unknown[]): unknown }

function openFields(original: Readonly<Record<string, unknown>>): {
  readonly EntityAccess: unknown
} {
  const Original = original['EntityAccess'] as Uses
  return {
    EntityAccess: class extends Original {
      override field(...args: unknown[]): unknown {
        return args[1] === 'sort' || args[1] === 'aggregate' || super.field(...args)
      }
    },
  }
}

describe('the property finds', () => {
  it('rows that are filtered after they were fetched', async () => {
    const naive: Finder = (game) => findLeak(game, filterAfterwards(game.rules, dump))
    expect(await leaksAfter(naive)).toBeDefined()
  })

  it.each(Object.entries(WEAKENINGS))('%s', async (_, [file, weaken]) => {
    const path = `../../packages/policy/src/${file}.ts`
    vi.resetModules()
    vi.doMock(path, async (load) => {
      const original = await load<Record<string, unknown>>()
      return { ...original, ...weaken(original) }
    })
    try {
      const { findLeak: find } = await import('../src/non-interference/play.ts')
      expect(await leaksAfter(find)).toBeDefined()
    } finally {
      vi.doUnmock(path)
      vi.resetModules()
    }
  })

  it('nothing in ours', async () => {
    expect(await leaksAfter(findLeak, 50)).toBeUndefined()
  })
})
