import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { games, gamesWith } from '../src/non-interference/games.ts'
import { findLeak } from '../src/non-interference/play.ts'
import { policyText } from '../src/non-interference/rules.ts'
import { FEW_SHAPES, Stores } from '../src/non-interference/stores.ts'
import { embeddedTargets, serverTargets } from '../src/targets/all-targets.ts'

/** How many worlds each engine plays: most where they cost least, as the rules are the same everywhere. */
const RUNS: Readonly<Record<string, number>> = {
  memory: 300,
  sqlite: 60,
  duckdb: 20,
  postgres: 40,
  mysql: 40,
}
const GIVEN = process.env['DBAL_TEST_WORLDS']
const targets = [...embeddedTargets, ...serverTargets(process.env).found].filter(
  ({ name }) => name in RUNS,
)

describe.each(targets)('what a caller may not see, on $name', (target) => {
  const stores = new Stores(target)
  afterAll(() => stores.close())

  it(
    'cannot be told by anything that the caller does',
    async () => {
      const numRuns = Number(GIVEN ?? RUNS[target.name])
      const drawn = target.name === 'memory' ? games : gamesWith({ shapes: FEW_SHAPES })
      let different = 0
      const property = fc.asyncProperty(drawn, async (game) => {
        const { worlds, caller, rules } = game
        if (JSON.stringify(worlds[0]) !== JSON.stringify(worlds[1])) different += 1
        const leak = await findLeak(game, undefined, stores)
        if (leak !== undefined)
          throw new Error(
            JSON.stringify({ leak, caller, worlds, rules: policyText(rules) }, undefined, 1),
          )
      })
      // A number that was asked for is played to its end.
      const limit = GIVEN === undefined ? { interruptAfterTimeLimit: 600_000 } : {}
      await fc.assert(property, { numRuns, ...limit })
      // Most worlds must differ, or the test says nothing.
      expect(different / numRuns).toBeGreaterThan(0.8)
    },
    GIVEN === undefined ? 900_000 : 86_400_000,
  )
})
