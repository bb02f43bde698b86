import type { Principal, Row } from '@proj/dbal-contract'
import type { Model } from '@proj/dbal-schema'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadDomain } from './load-domain.ts'
import { expectAgreement, type Tally } from './rls/agreement.ts'
import { LockedDatabase } from './rls/locked-database.ts'
import type { World } from './rls/oracle.ts'
import { principalOf, rowsOf } from './rls/random-rows.ts'
import { modelOf, randomModels } from './rls/random-rules.ts'

const url = process.env['DBAL_TEST_POSTGRES_URL'] ?? ''

async function withDatabase(
  model: Model,
  work: (database: LockedDatabase) => Promise<void>,
): Promise<void> {
  const database = await LockedDatabase.create(url, model)
  try {
    await work(database)
  } finally {
    await database.drop()
  }
}

/** Not a property: a counterexample would be a whole database, and cannot be shrunk in any useful time. */
function sample<T>(arbitrary: fc.Arbitrary<T>, numRuns: number): readonly T[] {
  const { seed } = fc.readConfigureGlobal()
  return fc.sample(arbitrary, { numRuns, ...(seed === undefined ? {} : { seed }) })
}

function callersOf(model: Model): fc.Arbitrary<readonly Principal[]> {
  return fc.array(principalOf(model), { minLength: 6, maxLength: 6 })
}

async function fill(database: LockedDatabase, model: Model, wanted: World): Promise<World> {
  const stored = new Map<string, readonly Row[]>()
  for (const entity of model.entities.values())
    stored.set(entity.name, await database.fill(entity, wanted.get(entity.name) ?? []))
  return stored
}

describe.skipIf(url === '')('rls.sql on PostgreSQL', () => {
  test.each(['reference', 'library'] as const)(
    'opens what the rules of the %s domain open',
    async (domain) => {
      const model = await loadDomain(domain)
      await withDatabase(model, async (database) => {
        await database.lock(model)
        await database.lock(model)
        const tally: Tally = { open: 0, closed: 0 }
        for (const [wanted, images, principals] of sample(
          fc.tuple(rowsOf(model, 4), rowsOf(model, 2), callersOf(model)),
          3,
        )) {
          const world = await fill(database, model, wanted)
          for (const principal of principals)
            await expectAgreement(database, model, world, images, principal, tally)
        }
        expect(tally.open).toBeGreaterThan(500)
        expect(tally.closed).toBeGreaterThan(500)
      })
    },
    120_000,
  )

  const base = modelOf([])
  const games = fc.tuple(randomModels, rowsOf(base, 4), rowsOf(base, 2), callersOf(base))

  async function play(numRuns: number, plant?: (text: string) => string): Promise<Tally> {
    const tally: Tally = { open: 0, closed: 0 }
    await withDatabase(base, async (database) => {
      for (const [model, wanted, images, principals] of sample(games, numRuns)) {
        const world = await fill(database, model, wanted)
        await database.lock(model, plant)
        for (const principal of principals)
          await expectAgreement(database, model, world, images, principal, tally)
      }
    })
    return tally
  }

  test('opens what random rules open, whatever is NULL or not claimed', async () => {
    const tally = await play(40)
    expect(tally.open).toBeGreaterThan(500)
    expect(tally.closed).toBeGreaterThan(500)
  }, 120_000)

  test.each<[string, (text: string) => string]>([
    [
      'ORs a limit',
      (text) => text.replaceAll('AS RESTRICTIVE FOR SELECT', 'AS PERMISSIVE FOR SELECT'),
    ],
    [
      'takes unknown for no in a deny',
      (text) => text.replaceAll(/NOT \((?=.*claim\()/g, 'TRUE IS DISTINCT FROM ('),
    ],
    ['gives nobody a role too many', (text) => text.replaceAll("'public' = ANY (asked)", 'true')],
    [
      'converts claims',
      (text) => text.replace("IF kind <> 'string' THEN RETURN NULL; END IF;", ''),
    ],
    ['rounds what is compared', (text) => text.replaceAll('AS numeric)', 'AS numeric(60,0))')],
    [
      'takes an absent list for an empty one',
      (text) => text.replaceAll(/(THEN \S+ IN \(.*?\)) END/g, '$1 ELSE false END'),
    ],
    [
      'is narrowed by other tables',
      (text) =>
        text
          .replaceAll('SET row_security = off', '')
          .replaceAll('SECURITY DEFINER', 'SECURITY INVOKER'),
    ],
    [
      'forgets a check',
      (text) => text.replaceAll(/WITH CHECK \(.*level.*\)/g, 'WITH CHECK (true)'),
    ],
  ])(
    'is found out by this test where it %s',
    async (_, plant) => {
      await expect(play(40, plant)).rejects.toMatchObject({ name: 'AssertionError' })
    },
    120_000,
  )
})
