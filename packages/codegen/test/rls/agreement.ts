// Holds what a caller can do through the policies against what the rules say.
import type { Principal, Row } from '@proj/dbal-contract'
import type { Model } from '@proj/dbal-schema'
import { expect } from 'vitest'
import { change, insertion, keyColumns, keyText, type LockedDatabase } from './locked-database.ts'
import { Oracle, type World } from './oracle.ts'

/** Counts of what was let through and what was not, so that a test can see that it has tried both. */
export interface Tally {
  open: number
  closed: number
}

/** `images`: values for changes and new rows. */
export async function expectAgreement(
  database: LockedDatabase,
  model: Model,
  world: World,
  images: World,
  principal: Principal,
  tally: Tally,
): Promise<void> {
  const oracle = new Oracle(model, world, principal)
  const count = (allowed: boolean): void => {
    tally[allowed ? 'open' : 'closed'] += 1
  }
  await database.as(principal, async () => {
    for (const entity of model.entities.values()) {
      const rows = world.get(entity.name) ?? []
      const table = `"${entity.table}"`
      const keysWhere = (holds: (row: Row) => boolean): readonly string[] =>
        rows
          .filter(holds)
          .map((row) => keyText(entity, row))
          .toSorted()

      const seen = keysWhere((row) => oracle.sees(entity, row))
      const found = await database.keys(`SELECT ${keyColumns(entity)} FROM ${table}`)
      expect(found, `seen of ${entity.name}`).toEqual(seen)
      tally.open += seen.length
      tally.closed += rows.length - seen.length

      for (const [n, image] of (images.get(entity.name) ?? []).entries()) {
        const insert = insertion(entity, image)
        const inserts = oracle.inserts(entity, image)
        expect(await database.passes(insert.text, insert.values), `create ${entity.name}`).toBe(
          inserts,
        )
        count(inserts)
        const row = rows[n]
        if (row === undefined) continue
        const key = Object.fromEntries(entity.primaryKey.map((name) => [name, row[name] ?? null]))
        for (const after of [row, { ...image, ...key }]) {
          const update = change(entity, row, after)
          if (entity.fields.size === entity.primaryKey.length) continue
          const updates = oracle.updates(entity, row, after)
          expect(await database.passes(update.text, update.values), `update ${entity.name}`).toBe(
            updates,
          )
          count(updates)
          // What the rules let through and leave visible, the policies let through.
          if (oracle.updatesByRule(entity, row, after) && oracle.sees(entity, after))
            expect(updates).toBe(true)
        }
      }

      await database.client.query('SAVEPOINT all_rows')
      const gone = await database.keys(`DELETE FROM ${table} RETURNING ${keyColumns(entity)}`)
      await database.client.query('ROLLBACK TO all_rows')
      const deletable = keysWhere((row) => oracle.deletes(entity, row))
      expect(gone, `deleted of ${entity.name}`).toEqual(deletable)
    }
  })
}
