// An answer of before, as far as its caller may read today what it tells of.
import { newRow, type ResultRow, type Value } from '@proj/dbal-contract'
import { allFields, lookUpQuery, type GuardedStore } from '@proj/dbal-policy'
import type { Entity, Model } from '@proj/dbal-schema'

/**
 * The values are those of before. Fields that may not be read today are left out; of a row that is gone
 * or hidden there is the primary key only.
 */
export async function maskAnswer(
  model: Model,
  store: GuardedStore,
  entity: Entity,
  answer: unknown,
): Promise<unknown> {
  if (typeof answer !== 'object' || answer === null) return answer
  if (!Array.isArray(answer)) return maskRow(model, store, entity, answer as ResultRow)
  const masked: unknown[] = []
  for (const item of answer) masked.push(await maskAnswer(model, store, entity, item))
  return masked
}

async function maskRow(
  model: Model,
  store: GuardedStore,
  entity: Entity,
  row: ResultRow,
): Promise<ResultRow> {
  const open = new Set(await openFields(store, entity, row))
  const masked = newRow() as Record<string, unknown>
  for (const [name, value] of Object.entries(row)) {
    if (open.has(name) || entity.primaryKey.includes(name)) masked[name] = value
    const target = model.entities.get(entity.relations.get(name)?.target ?? '')
    if (target !== undefined && open.size > 0)
      masked[name] = await maskAnswer(model, store, target, value)
  }
  return masked as ResultRow
}

/** The fields that the caller may read of the row as it is; none where it is gone or hidden. */
async function openFields(
  store: GuardedStore,
  entity: Entity,
  row: ResultRow,
): Promise<readonly string[]> {
  const { primaryKey } = entity
  if (!primaryKey.every((name) => Object.hasOwn(row, name))) return []
  const key = primaryKey.map((name) => row[name] as Value)
  const query = lookUpQuery(entity, primaryKey, allFields(entity))
  const [found] = await store.find(query, key, true)
  return found === undefined ? [] : Object.keys(await store.view(entity, found, allFields(entity)))
}
