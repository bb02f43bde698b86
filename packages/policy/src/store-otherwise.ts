// An update that stores a row where it matches none, as one statement: for rows whose rules ask for nothing that is
// stored. All others are left to an update and an insert.
import { countParams, type Params, type UpdateQuery } from '@proj/dbal-contract'
import type { Entity } from '@proj/dbal-schema'
import { leadsToKnown, tiedFields } from './demand-targets.ts'
import type { Guard } from './guard.ts'
import { reachesFound } from './reaches-found.ts'
import { agreesWithLock, decidesLocally, holds } from './row-rules.ts'
import type { NewRow } from './sent.ts'

/** Whether the row may be stored where an update of these fields matches none, as far as is known without asking. */
export function mayStore(
  guard: Guard,
  entity: Entity,
  updated: readonly string[],
  { row, fields }: NewRow,
): boolean {
  // Else a row may be there that the filter matches and the rules of the update do not.
  if (!reachesFound(guard, entity, updated)) return false
  if (guard.requirement(entity, 'image') !== undefined) return false
  const { allowed, check } = guard.access.entity(entity).decide('create', fields)
  if (!allowed || !decidesLocally(guard, check, entity)) return false
  if (!holds(guard, check, entity, row)) return false
  const tied = tiedFields(entity, fields).map((name) => [name, [row[name]]] as const)
  return leadsToKnown(guard, entity, new Map(tied))
}

/** True when row-level security judges the row that is stored as the rules do. */
export function storesUnderLock(guard: Guard, entity: Entity, { fields }: NewRow): boolean {
  return agreesWithLock(guard, guard.access.entity(entity).decide('create', fields).check, entity)
}

/** The update with such a row, whose values are params after its own. */
export function withOtherwise(query: UpdateQuery, entity: Entity): UpdateQuery {
  const first = countParams(query)
  const otherwise = [...entity.fields.values()].map(({ name: field, type }, at) => ({
    field,
    value: { kind: 'param', index: first + at, type } as const,
  }))
  return { ...query, otherwise }
}

export function withRow(params: Params, { otherwise = [] }: UpdateQuery, { row }: NewRow): Params {
  const all = [...params]
  for (const { field, value } of otherwise) {
    while (all.length < value.index) all.push(undefined)
    all.push(row[field])
  }
  return all
}
