import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { losesData } from '../src/index.ts'
import { model } from './models.ts'
import { PUSH_CASES } from './push-cases.ts'
import { insert, plan, push, schemaOf, select } from './store-rows.ts'
import { targets, type TestDatabase } from './targets.ts'

describe.each(targets)('push on $name', (target) => {
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

  it.each(PUSH_CASES)('$name', async ({ before, after, rows, kept, steps, stepsOn }) => {
    const [from, to] = [model(...before), model(...after)]
    await push(database, from)
    expect((await plan(database, from)).steps).toEqual([])
    for (const [entity, list] of Object.entries(rows)) await insert(database, from, entity, list)

    const done = await push(database, to)

    const named = done.steps.filter(({ kind }) => kind !== 'rebuild_table')
    expect(named.map(({ kind, risk }) => `${kind} ${risk}`).sort()).toEqual(
      stepsOn?.[target.dialect] ?? steps,
    )
    expect(losesData(done.steps)).toBe(named.some(({ risk }) => risk === 'loses_data'))
    for (const [entity, list] of Object.entries(kept))
      expect((await select(database, to, entity)).map((row) => ({ ...row }))).toEqual(list)
    expect((await plan(database, to)).steps).toEqual([])
    await push(fresh, to)
    expect(await schemaOf(database, to)).toEqual(await schemaOf(fresh, to))
  })
})
