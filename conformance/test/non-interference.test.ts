import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { games } from '../src/non-interference/games.ts'
import { findLeak } from '../src/non-interference/play.ts'
import { policyText } from '../src/non-interference/rules.ts'

const RUNS = Number(process.env['DBAL_TEST_WORLDS'] ?? 300)

describe('what a caller may not see', () => {
  it('cannot be told by anything that the caller does', async () => {
    let different = 0
    const property = fc.asyncProperty(games, async (game) => {
      const { worlds, caller, rules } = game
      if (JSON.stringify(worlds[0]) !== JSON.stringify(worlds[1])) different += 1
      const leak = await findLeak(game)
      if (leak !== undefined)
        throw new Error(
          JSON.stringify({ leak, caller, worlds, rules: policyText(rules) }, undefined, 1),
        )
    })
    await fc.assert(property, { numRuns: RUNS, interruptAfterTimeLimit: 600_000 })
    // Most worlds must differ, or the test says nothing.
    expect(different / RUNS).toBeGreaterThan(0.8)
  }, 900_000)
})
