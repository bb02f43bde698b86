// One row changed by its primary key.
import {
  canonicalValue,
  conflict,
  DBALError,
  type Params,
  type Row,
  type UpdateQuery,
  type Value,
} from '@proj/dbal-contract'
import { allFields, matchFields, type Changed, type NewRow, type Ties } from '@proj/dbal-policy'
import type { Entity, Field, QueryPredicate } from '@proj/dbal-schema'
import { allOf } from '@proj/dbal-schema/model'
import type { OperationContext } from '../operation/operation-context.ts'
import { keyValues } from '../query/row-key.ts'
import type { QueryBuilder } from '../query/query-builder.ts'
import { demandValid, newBuilder, template } from '../query/template.ts'
import { planAssignments } from './assignments.ts'
import { demandAcyclic, treeToKeep } from './demand-acyclic.ts'
import { boundedSums, demandBounds } from './demand-bounds.ts'
import { demandUnique, uniqueRules } from './demand-unique.ts'
import { demandWritable } from './demand-writable.ts'
import { inTransaction } from './in-transaction.ts'

type Input = Readonly<Record<string, unknown>>

export interface Guards {
  readonly ifVersion?: unknown
  readonly ifUnchangedSince?: unknown
  /** What the row must hold still; no input of a caller. */
  readonly ifStill?: Readonly<Record<string, Value>>
}

/**
 * Changes one row. Throws NOT_FOUND, or CONFLICT when it is there at another version. NOT_FOUND as
 * well where a tie is absent, after the rules of the row.
 */
export async function updateRow(
  context: OperationContext,
  key: Input,
  data: Input,
  guards: Guards = {},
  ties?: Ties,
): Promise<Row> {
  const row = await updateRowIfThere(context, key, data, guards, ties)
  if (row === undefined) throw new DBALError('NOT_FOUND')
  return row
}

/** The same, and undefined for a row that is not there; `otherwise` may be stored then, and is the answer. */
export async function updateRowIfThere(
  context: OperationContext,
  key: Input,
  data: Input,
  guards: Guards = {},
  ties?: Ties,
  otherwise?: NewRow,
): Promise<Row | undefined> {
  const { entity, store } = context
  const names = Object.keys(data)
  if (ties?.absent !== undefined) names.push(...ties.absent)
  const sent = demandWritable(store.access, entity, 'update', names)
  const builder = newBuilder(context)
  const values = keyValues(entity, entity.primaryKey, key)
  const byKey = values.map((value, i) => builder.param(value, typeOf(entity, entity.primaryKey[i])))
  const set = planAssignments(context, data, builder)
  const unchanged = versionPredicate(entity, guards, builder)
  const still = Object.entries(guards.ifStill ?? {}).map(([name, value]): QueryPredicate => {
    const type = typeOf(entity, name)
    builder.mark(`still:${name}`)
    const left = { kind: 'field', path: [], field: name, type } as const
    return { kind: 'compare', op: '=', left, right: builder.param(value, type) }
  })
  demandValid(builder)
  const query = template(context, builder.shape, (): UpdateQuery => ({
    kind: 'update',
    entity: entity.name,
    // A row asked to change nothing is still matched, checked and answered.
    set: set.length > 0 ? set : touch(entity, byKey),
    where: allOf([matchFields(entity, entity.primaryKey), ...unchanged, ...still]),
    returning: allFields(entity),
  }))
  const changed = await runUpdate(context, query, builder.params, sent, ties, otherwise)
  const row = changed.stored === true ? otherwise?.row : changed.rows[0]
  if (row !== undefined) return row
  const stale = unchanged.length > 0 && (await store.isUpdatable(entity, values, sent))
  if (stale) throw conflict(Object.keys(guards), 'version')
  return undefined
}

/** The changed rows; sums out of bounds undo the change, and so do a circle of parents and a taken value. */
export async function runUpdate(
  context: OperationContext,
  query: UpdateQuery,
  params: Params,
  sent: readonly string[],
  ties?: Ties,
  otherwise?: NewRow,
): Promise<Changed> {
  const bounded = boundedSums(context.entity, query.set)
  const tree = treeToKeep(context.entity)
  const parent = tree === undefined ? null : assigned(query, params, tree.parentField)
  const unique = uniqueRules(context)
    .map((rule) => ({ rule, value: assigned(query, params, rule.field.name) }))
    .filter(({ value }) => value !== null)
  if (bounded.length === 0 && parent === null && unique.length === 0)
    return context.store.update(query, params, sent, ties, otherwise)
  return inTransaction(context, async (inner) => {
    const changed = await inner.store.update(query, params, sent, ties)
    demandBounds(bounded, changed.rows)
    if (tree !== undefined && parent !== null && changed.count > 0)
      await demandAcyclic(inner, tree, new Set([parent]))
    if (changed.count > 0)
      for (const { rule, value } of unique) await demandUnique(inner, rule, [value], sent)
    return changed
  })
}

/** The value that a field is set to, by itself. */
function assigned({ set }: UpdateQuery, params: Params, name: string): Value {
  const found = set.find(({ field, kind }) => field === name && kind === 'set')
  return found?.value.kind === 'param' ? ((params[found.value.index] ?? null) as Value) : null
}

function touch(
  entity: Entity,
  byKey: readonly ReturnType<QueryBuilder['param']>[],
): UpdateQuery['set'] {
  const [field] = entity.primaryKey
  const [value] = byKey
  return field === undefined || value === undefined ? [] : [{ kind: 'set', field, value }]
}

function typeOf(entity: Entity, name: string | undefined): Field['type'] {
  return entity.fields.get(name ?? '')?.type ?? 'string'
}

function versionPredicate(entity: Entity, guards: Guards, builder: QueryBuilder): QueryPredicate[] {
  const terms: QueryPredicate[] = []
  const expect = (field: Field | undefined, option: string, value: unknown, why: string): void => {
    if (field === undefined) {
      builder.fail(option, why)
      return
    }
    const checked = canonicalValue(field, value)
    if (!checked.ok) {
      builder.fail(option, checked.error)
      return
    }
    builder.mark(option)
    const left = { kind: 'field', path: [], field: field.name, type: field.type } as const
    terms.push({ kind: 'compare', op: '=', left, right: builder.param(checked.value, field.type) })
  }
  if (guards.ifVersion !== undefined) {
    const lock = entity.fields.get(entity.optimisticLock ?? '')
    expect(lock, 'ifVersion', guards.ifVersion, 'needs optimistic_lock in the spec')
  }
  if (guards.ifUnchangedSince !== undefined) {
    const stamp = [...entity.fields.values()].find((field) => field.autoUpdate)
    expect(stamp, 'ifUnchangedSince', guards.ifUnchangedSince, 'needs an auto_update field')
  }
  return terms
}
