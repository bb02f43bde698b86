// Foreign keys on an engine that has none: what the referential actions of the model ask for is done
// in the transaction of the change, and what must hold is checked at its end.
import {
  DBALError,
  conflict,
  literalDefault,
  type DeleteQuery,
  type SelectQuery,
  type UpdateQuery,
  type Value,
} from '@proj/dbal-contract'
import type { Entity } from '@proj/dbal-schema'
import type { Call } from '../execute/run-select.ts'
import { identityOf } from '../plan/identity.ts'
import type { Reference, References } from './references.ts'
import { present, type KeyField } from './written-keys.ts'

/** As SQLite's triggers: a longer chain is more likely a mistake than a wish. */
const MAX_DEPTH = 1000

/** Values that a field no longer holds. */
export interface Loss {
  readonly entity: Entity
  readonly field: string
  readonly values: readonly Value[]
  /** What took their place; absent when the rows are gone. */
  readonly replacement?: Value
  /** The field of the query's own entity that the caller can do something about. */
  readonly blame: string
  readonly depth: number
}

/** Fields whose values the change takes away, and which others refer to. */
export function lostFields(
  references: References,
  entity: Entity,
  query: UpdateQuery | DeleteQuery,
): readonly string[] {
  const referenced = references.referencedFields(entity)
  if (query.kind === 'delete') return referenced
  return referenced.filter((name) => query.set.some(({ field }) => field === name))
}

/** The rows a change touches, as they are before it. */
export function rowsBefore(
  entity: Entity,
  query: UpdateQuery | DeleteQuery,
  fields: readonly string[],
): SelectQuery {
  return { kind: 'select', entity: entity.name, fields, where: query.where, sort: [] }
}

/** Throws CONFLICT for a written value that refers to nothing. */
export async function checkParents(
  call: Call,
  references: References,
  parents: ReadonlyMap<KeyField, { readonly entity: Entity; readonly values: readonly Value[] }>,
): Promise<void> {
  for (const [{ name, foreignKey }, { entity, values }] of parents) {
    const missing = await missingValues(call, references, entity, foreignKey.field, values)
    if (missing.length > 0) throw conflict([name], 'foreign_key')
  }
}

/** Follows what the change took away. Throws CONFLICT when something still refers to it in the end. */
export async function followLosses(
  call: Call,
  references: References,
  losses: readonly Loss[],
): Promise<void> {
  const queue = [...losses]
  for (const loss of queue) {
    if (loss.depth > MAX_DEPTH)
      throw new DBALError('DATABASE_ERROR', {
        details: { reason: `referential actions reach deeper than ${MAX_DEPTH}` },
      })
    if (loss.values.length === 0) continue
    for (const reference of references.referencesTo(loss.entity, loss.field))
      queue.push(...(await act(call, references, reference, loss)))
  }
  for (const loss of queue) await demandUnreferenced(call, references, loss)
}

async function act(
  call: Call,
  references: References,
  { child, field }: Reference,
  loss: Loss,
): Promise<readonly Loss[]> {
  const { onDelete, onUpdate } = field.foreignKey
  const action = 'replacement' in loss ? onUpdate : onDelete
  if (action === 'restrict' || action === 'no_action') return []
  const next = { entity: child, blame: loss.blame, depth: loss.depth + 1 }
  if (action === 'cascade' && loss.replacement === undefined) {
    const fields = references.referencedFields(child)
    const rows =
      fields.length === 0
        ? []
        : await references.select(call, child, fields, field.name, loss.values)
    await references.remove(call, child, field.name, loss.values)
    return fields.map((name) => ({
      ...next,
      field: name,
      values: present(rows.map((row) => row[name])),
    }))
  }
  const value =
    action === 'cascade'
      ? (loss.replacement ?? null)
      : action === 'set_null'
        ? null
        : literalDefault(field)
  const touched = await references.select(call, child, [field.name], field.name, loss.values)
  if (touched.length === 0) return []
  await references.replace(call, child, field.name, value, loss.values)
  if (action === 'set_default' && value !== null) {
    const missing = await missingValues(call, references, loss.entity, loss.field, [value])
    if (missing.length > 0) throw conflict([loss.blame], 'foreign_key')
  }
  return [{ ...next, field: field.name, values: loss.values, replacement: value }]
}

async function demandUnreferenced(call: Call, references: References, loss: Loss): Promise<void> {
  for (const { child, field } of references.referencesTo(loss.entity, loss.field)) {
    const rows = await references.select(call, child, [field.name], field.name, loss.values)
    const held = present(rows.map((row) => row[field.name]))
    const missing = await missingValues(call, references, loss.entity, loss.field, held)
    if (missing.length > 0) throw conflict([loss.blame], 'foreign_key')
  }
}

/** Those of the values that no row of the entity has in its field. */
async function missingValues(
  call: Call,
  references: References,
  entity: Entity,
  field: string,
  values: readonly Value[],
): Promise<readonly Value[]> {
  if (values.length === 0) return []
  const type = entity.fields.get(field)?.type ?? 'text'
  // Many rows refer to few others.
  const wanted = new Map<unknown, Value>()
  for (const value of new Set(values)) wanted.set(identityOf(type, value), value)
  const rows = await references.select(call, entity, [field], field, [...wanted.values()])
  for (const row of rows) wanted.delete(identityOf(type, row[field] ?? null))
  return [...wanted.values()]
}
