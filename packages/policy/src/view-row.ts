// A row just written, as its caller may see it.
import { newRow, type ResultRow, type Row, type Value } from '@proj/dbal-contract'
import type { Entity } from '@proj/dbal-schema'
import { foldSelect } from './fold-query.ts'
import type { Guard } from './guard.ts'
import { decidesLocally, holds } from './row-rules.ts'
import { byKeyQuery } from './templates.ts'

/** The asked fields that may be read; of a row that may not be read, the primary key only. */
export async function viewRow(
  guard: Guard,
  entity: Entity,
  row: Row,
  fields: readonly string[],
): Promise<ResultRow> {
  const access = guard.access.entity(entity)
  const { allowed, where } = access.decide('read')
  if (!allowed) return pick(row, entity.primaryKey)
  const shown = access.shown(fields, 'read')
  const local = shown.every(([, rule]) => rule === true || decidesLocally(guard, rule, entity))
  if (!local || !decidesLocally(guard, where, entity))
    return viewStored(
      guard,
      entity,
      row,
      shown.map(([name]) => name),
    )
  if (!holds(guard, where, entity, row)) return pick(row, entity.primaryKey)
  const view = newRow()
  for (const [name, rule] of shown)
    if (rule === true || holds(guard, rule, entity, row)) view[name] = row[name] as Value
  return view
}

async function viewStored(
  guard: Guard,
  entity: Entity,
  row: Row,
  fields: readonly string[],
): Promise<ResultRow> {
  const query = byKeyQuery(entity, fields)
  const folded = guard.plan(query, 'view', undefined, () =>
    foldSelect(query, 'read', undefined, guard.rules),
  )
  const key = entity.primaryKey.map((name) => row[name])
  const { rows } = await guard.run(folded, key)
  return rows[0] ?? pick(row, entity.primaryKey)
}

function pick(row: Row, fields: readonly string[]): ResultRow {
  const picked = newRow()
  for (const name of fields) picked[name] = row[name] as Value
  return picked
}
