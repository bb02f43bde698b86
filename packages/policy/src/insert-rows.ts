// Inserts under the rules: what they may leave.
import { conflict, DBALError, isDBALError, type Row, type Value } from '@proj/dbal-contract'
import type { Entity } from '@proj/dbal-schema'
import { demandLocal, demandStored } from './demand-images.ts'
import { findUnseen, tiedFields } from './demand-targets.ts'
import type { Guard } from './guard.ts'
import { agreesWithLock, decidesLocally } from './row-rules.ts'
import type { Sent } from './sent.ts'
import { insertTemplate } from './templates.ts'
import { demandUnstored } from './would-hold.ts'

export async function insertRows(
  guard: Guard,
  entity: Entity,
  rows: readonly Row[],
  sent: Sent,
): Promise<void> {
  guard.access.demand(entity, 'create', sent.fields)
  const { check } = guard.access.entity(entity).decide('create', sent.fields)
  const requirement = guard.requirement(entity, 'image')
  const rules = requirement === undefined ? [check] : [check, requirement]
  if (sent.absent !== undefined) {
    await demandUnstored(guard, rules, entity, rows, { open: sent.absent })
    throw new DBALError('NOT_FOUND')
  }
  const given = tiedFields(entity, sent.fields).map(
    (name) => [name, rows.map((row) => row[name])] as const,
  )
  demandLocal(guard, rules, entity, rows)
  const unseen = await findUnseen(guard, entity, new Map(given), sent.vouched)
  const query = insertTemplate(entity)
  const params = endToEnd(rows, query.fields)
  const beyond = rules.filter((rule) => !decidesLocally(guard, rule, entity))
  if (unseen !== undefined) {
    await demandUnstored(guard, beyond, entity, rows, { unseen })
    throw conflict([unseen], 'foreign_key')
  }
  if (beyond.length === 0) {
    const isLocked = rules.every((rule) => agreesWithLock(guard, rule, entity))
    await guard.store.run(query, params, isLocked ? guard.asked : guard.scope.run)
    return
  }
  // A failure may end an open transaction, where nothing could be asked afterwards.
  const isInside = guard.scope.inTransaction === true
  if (isInside) await demandUnstored(guard, beyond, entity, rows)
  try {
    await guard.atomically(async (inner) => {
      await inner.store.run(query, params, inner.scope.run)
      for (const rule of beyond) await demandStored(inner, rule, entity, rows)
    })
  } catch (error) {
    const isTaken = isDBALError(error) && error.code === 'CONFLICT'
    if (isTaken && !isInside) await demandUnstored(guard, beyond, entity, rows)
    throw error
  }
}

function endToEnd(rows: readonly Row[], fields: readonly string[]): Value[] {
  const [first] = rows
  if (first !== undefined && rows.length === 1) return fields.map((name) => first[name] as Value)
  const width = fields.length
  const values: Value[] = []
  values.length = rows.length * width
  // Rows mostly have the names of the row before, which are then not looked up.
  let names: readonly string[] = []
  let places: readonly number[] = []
  let at = 0
  for (const row of rows) {
    let found = 0
    for (const name in row) {
      if (names[found] !== name) break
      values[at + (places[found] as number)] = row[name] as Value
      found += 1
    }
    if (found < width) {
      for (const [place, name] of fields.entries()) values[at + place] = row[name] as Value
      names = Object.keys(row)
      places = names.map((name) => fields.indexOf(name))
      if (names.length !== width || places.includes(-1)) names = []
    }
    at += width
  }
  return values
}
