// A row just written, as its caller may see it.
import type { ResultRow, Row, Value } from '@proj/dbal-contract'
import type { Entity, RulePredicate } from '@proj/dbal-schema'
import type { FieldAccess } from './access.ts'
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
  const shown = fields
    .map((name) => [name, access.field(name, 'read', 'read')] as const)
    .filter((field): field is [string, true | RulePredicate] => field[1] !== false)
  const rules = shown.flatMap(([, rule]) => (rule === true ? [] : [rule]))
  const local = [where, ...rules].every((rule) => decidesLocally(guard, rule, entity))
  if (!local)
    return viewStored(
      guard,
      entity,
      row,
      shown.map(([name]) => name),
    )
  if (!holds(guard, where, entity, row)) return pick(row, entity.primaryKey)
  const open = shown.filter(([, rule]) => isOpen(guard, rule, entity, row))
  return pick(
    row,
    open.map(([name]) => name),
  )
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

function isOpen(guard: Guard, rule: FieldAccess, entity: Entity, row: Row): boolean {
  return rule === true || (rule !== false && holds(guard, rule, entity, row))
}

function pick(row: Row, fields: readonly string[]): ResultRow {
  const picked = Object.create(null) as ResultRow
  for (const name of fields) picked[name] = row[name] as Value
  return picked
}
