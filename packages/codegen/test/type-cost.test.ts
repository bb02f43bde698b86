// A change of the generated types that the type checker pays for is seen here before a user sees it.
import { expect, it } from 'vitest'
import { typeCost } from './type-cost.ts'

/** What was counted when the types were last changed on purpose; write the new figures here when they are again. */
const COUNTED = {
  10: { types: 2300, instantiations: 3765 },
  100: { types: 17_510, instantiations: 35_985 },
  500: { types: 85_110, instantiations: 179_185 },
}

const GROWTH = 1.1

const SIZES =
  process.env['DBAL_TEST_LARGE'] === undefined ? ([10, 100] as const) : ([10, 100, 500] as const)

it.each(SIZES)('a client of %i entities costs the type checker no more', async (entities) => {
  const { types, instantiations } = await typeCost(entities)
  const counted = COUNTED[entities]
  expect(types).toBeGreaterThan(0)
  expect(types).toBeLessThanOrEqual(counted.types * GROWTH)
  expect(instantiations).toBeLessThanOrEqual(counted.instantiations * GROWTH)
})
