import { isDBALError, type Row } from '@proj/dbal-contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { models, rowOf } from './random-models.ts'
import { insert, push, schemaOf, select } from './store-rows.ts'
import { targets } from './targets.ts'

const RUNS: Readonly<Record<string, number>> = {
  sqlite: 100,
  'sqlite through prisma': 25,
  duckdb: 20,
  postgresql: 15,
  mysql: 15,
}

describe.each(targets)('any two models on $name', (target) => {
  it('end in the tables of the second, with the rows of the first or unchanged', async () => {
    const property = fc.asyncProperty(
      models,
      models,
      fc.integer({ min: 0, max: 2 }),
      async (before, after, count) => {
        const [database, fresh] = [await target.create(), await target.create()]
        try {
          await push(database, before)
          const rows = new Map<string, Row[]>()
          for (const entity of before.entities.values()) {
            const list = Array.from({ length: count }, (_, n) => rowOf(entity, n))
            rows.set(entity.name, list)
            await insert(database, before, entity.name, list)
          }
          const schema = await schemaOf(database, before)
          const error = await push(database, after).then(
            () => undefined,
            (failure: unknown) => failure,
          )
          if (error !== undefined) {
            if (!isDBALError(error) || count === 0)
              throw new Error('the push failed', { cause: error })
            expect(['VALIDATION_ERROR', 'CONFLICT']).toContain(error.code)
            const tables = [...after.entities.values()].map(({ table }) => table)
            expect(tables.some((table) => JSON.stringify(error).includes(table))).toBe(true)
            if (target.dialect !== 'mysql') expect(await schemaOf(database, before)).toEqual(schema)
            for (const { table } of before.entities.values())
              // MySQL may have dropped it by then.
              await database.run(`DELETE FROM ${table}`).catch(() => undefined)
            await push(database, after)
          } else
            for (const entity of after.entities.values()) {
              const ids = (rows.get(entity.name) ?? []).map(({ id }) => id)
              expect((await select(database, after, entity.name)).map(({ id }) => id)).toEqual(ids)
            }
          await push(fresh, after)
          expect(await schemaOf(database, after)).toEqual(await schemaOf(fresh, after))
        } finally {
          await database.drop()
          await fresh.drop()
        }
      },
    )
    await fc.assert(property, { numRuns: RUNS[target.name] ?? 10 })
  }, 120_000)
})
