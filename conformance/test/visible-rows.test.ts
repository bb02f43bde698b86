// What each engine shows under random rules is what the rules mean, worked out apart from the product.
import type { AdapterName } from '@proj/dbal'
import { isDBALError } from '@proj/dbal-contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { games } from '../src/non-interference/games.ts'
import { asCaller, listAll, modelOf, populate, type Game } from '../src/non-interference/play.ts'
import { shownFields } from '../src/non-interference/rules.ts'
import { ENTITIES, type EntityName, type PlainRow } from '../src/non-interference/world.ts'

const RUNS: Readonly<Partial<Record<AdapterName, number>>> = {
  memory: 200,
  sqlite: 100,
  prisma: 50,
  duckdb: 25,
}

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

describe.each(Object.entries(RUNS))('what random rules show on %s', (adapter, numRuns) => {
  it('is what they mean', async () => {
    const property = fc.asyncProperty(games, async (game) => {
      const client = await populate(
        modelOf(game.shape, game.rules),
        game.worlds[1],
        adapter as AdapterName,
      )
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
    await fc.assert(property, { numRuns })
  }, 120_000)
})
