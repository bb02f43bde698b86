// What each engine shows under random rules is what the rules mean, worked out apart from the product.
import { isDBALError } from '@proj/dbal-contract'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { games, gamesWith } from '../src/non-interference/games.ts'
import { listAll, modelOf, populate, type Game } from '../src/non-interference/play.ts'
import { shownFields } from '../src/non-interference/rules.ts'
import { asCaller } from '../src/non-interference/steps.ts'
import { FEW_SHAPES, Stores } from '../src/non-interference/stores.ts'
import { ENTITIES, type EntityName, type PlainRow } from '../src/non-interference/world.ts'
import { embeddedTargets, serverTargets } from '../src/targets/all-targets.ts'

const RUNS: Readonly<Record<string, number>> = {
  memory: 150,
  sqlite: 60,
  'prisma-sqlite': 30,
  duckdb: 20,
  postgres: 40,
  mysql: 40,
}
const targets = [...embeddedTargets, ...serverTargets(process.env).found].filter(
  ({ name }) => name in RUNS,
)

function expected({ worlds, rules, caller }: Game, entity: EntityName): readonly PlainRow[] {
  const [, world] = worlds
  const rows = world[entity].flatMap((row) => {
    const fields = shownFields(rules, entity, row, world, caller)
    return fields === undefined
      ? []
      : [Object.fromEntries(fields.map((field) => [field, row[field] ?? null]))]
  })
  return rows.toSorted((a, b) => (String(a['id']) < String(b['id']) ? -1 : 1))
}

describe.each(targets)('what random rules show on $name', (target) => {
  const stores = new Stores(target)
  afterAll(() => stores.close())

  it('is what they mean', async () => {
    const drawn = target.name === 'memory' ? games : gamesWith({ shapes: FEW_SHAPES })
    const property = fc.asyncProperty(drawn, async (game) => {
      const { shape, rules, worlds } = game
      const model = modelOf(shape, rules)
      const client = await populate(model, worlds[1], await stores.open(model, shape))
      try {
        for (const entity of ENTITIES) {
          const shown = await listAll(asCaller(client, game.caller), entity).catch(
            (error: unknown) => {
              // No rule of this caller's role: refused before any row.
              if (isDBALError(error) && error.code === 'FORBIDDEN') return []
              throw error
            },
          )
          expect(shown).toEqual(expected(game, entity))
        }
      } finally {
        await client.close()
      }
    })
    await fc.assert(property, { numRuns: RUNS[target.name] ?? 0 })
  }, 120_000)
})
