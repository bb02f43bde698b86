import { isDBALError, type Adapter } from '@proj/dbal-contract'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { applyPush, planPush } from '../src/index.ts'
import { family, model, thing } from './models.ts'
import { models } from './random-models.ts'
import { insert, push, schemaOf, select, using } from './store-rows.ts'
import { targets, type TestDatabase } from './targets.ts'

/** The same adapter, which loses its database before the statement of that number. */
function losing(adapter: Adapter, limit: number): Adapter {
  const { schema } = adapter
  if (schema === undefined) throw new Error('this adapter has no tables')
  let count = 0
  return {
    ...adapter,
    schema: {
      ...schema,
      apply: async (statements) => {
        for (const statement of statements) {
          count += 1
          if (count >= limit) throw new Error('the process is gone')
          await schema.apply([statement])
        }
      },
    },
  }
}

const servers = targets.filter(({ dialect }) => dialect === 'mysql')

// The other engines take all steps or none.
it('says which server it was played on', () => {
  const seen = servers.map(({ name }) => name).join() || 'none: DBAL_TEST_MYSQL_URL is not set'
  process.stdout.write(`interrupted pushes: ${seen}\n`)
  expect(servers.length > 0).toBe(process.env['DBAL_TEST_MYSQL_URL'] !== undefined)
})

describe.each(servers)('an interrupted push on $name', (target) => {
  let database: TestDatabase
  let fresh: TestDatabase
  beforeEach(async () => {
    database = await target.create()
    fresh = await target.create()
  })
  afterEach(async () => {
    await database.drop()
    await fresh.drop()
  })

  const FROM = model(
    thing(
      [
        'open: { type: boolean, required: true }',
        'at: { type: bigint, required: true }',
        'name: { type: string, required: true, index: true }',
      ],
      'constraints:\n  - { name: bound, check: "at > 3" }',
    ),
    ...family('{ type: integer, optional: true, foreign_key: { entity: Parent, field: id } }'),
  )
  const TO = model(
    thing(
      [
        'open: { type: string, required: true }',
        'at: { type: datetime, required: true }',
        'name: { type: string, max_length: 100, required: true, unique: true }',
        'made: { type: datetime, generated: true }',
      ],
      'constraints:\n  - { name: bound, check: "id > 0" }',
    ),
    'entity: Parent\nfields:\n  id: { type: integer, primary: true }\n  other: { type: integer, optional: true, foreign_key: { entity: Thing, field: id } }',
  )

  /** Pushes and stops before the given statement; whether it came to an end. */
  function pushUntil(to: typeof FROM, limit: number): Promise<boolean> {
    return using(database, to, async (adapter) => {
      const plan = await planPush(adapter, to)
      try {
        await applyPush(losing(adapter, limit), plan)
        return true
      } catch (error) {
        if (isDBALError(error)) throw error
        return false
      }
    })
  }

  it.each(Array.from({ length: 40 }, (_, at) => at + 2))(
    'goes on from statement %i',
    async (limit) => {
      await push(database, FROM)
      await insert(database, FROM, 'Thing', [{ id: 1, open: true, at: 1000n, name: 'a' }])
      await pushUntil(TO, limit)
      await push(database, TO)
      expect(await select(database, TO, 'Thing')).toMatchObject([
        { id: 1, open: 'true', at: new Date(1000), name: 'a' },
      ])
      await push(fresh, TO)
      expect(await schemaOf(database, TO)).toEqual(await schemaOf(fresh, TO))
    },
  )

  it('goes on to any other model', async () => {
    const property = fc.asyncProperty(
      models,
      models,
      models,
      models,
      fc.integer({ min: 2, max: 15 }),
      async (first, second, third, last, limit) => {
        await Promise.all([database.drop(), fresh.drop()])
        database = await target.create()
        fresh = await target.create()
        await push(database, first)
        await pushUntil(second, limit)
        await pushUntil(third, limit)
        await push(database, last)
        await push(fresh, last)
        expect(await schemaOf(database, last)).toEqual(await schemaOf(fresh, last))
      },
    )
    await fc.assert(property, { numRuns: 20 })
  }, 120_000)
})
