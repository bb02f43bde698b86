// One new row, whole, under the create rules.
import { invalid, isDBALError, type FieldError, type Row, type Value } from '@proj/dbal-contract'
import type { NewRow, Ties } from '@proj/dbal-policy'
import type { Entity, TreeShape } from '@proj/dbal-schema'
import type { OperationContext } from '../operation/operation-context.ts'
import type { Data } from './data-parts.ts'
import { demandAcyclic, treeToKeep } from './demand-acyclic.ts'
import { demandUnique, uniqueRules } from './demand-unique.ts'
import { demandWritable } from './demand-writable.ts'
import { fillRow } from './fill-row.ts'
import { inTransaction } from './in-transaction.ts'

/** Throws NOT_FOUND where a tie is absent, after the rules of the row. */
export async function insertRow(context: OperationContext, data: Data, ties?: Ties): Promise<Row> {
  const absent = ties?.absent?.map((name) => [name, null] as const)
  const values = absent === undefined ? data : { ...data, ...Object.fromEntries(absent) }
  const { row, fields } = makeRow(context, values)
  await insertRows(context, [row], fields, ties)
  return row
}

/** Throws VALIDATION_ERROR, and FORBIDDEN where the caller may not send it. */
function makeRow({ entity, store, principal, now }: OperationContext, data: Data): NewRow {
  const fields = demandWritable(store.access, entity, 'create', Object.keys(data))
  const errors: FieldError[] = []
  const row = fillRow(entity, data as Readonly<Record<string, Value>>, { principal, now }, errors)
  if (errors.length > 0) throw invalid(errors)
  return { row, fields }
}

/** The row that `insertRow` would store; undefined where it is none, or its storing takes more than a statement. */
export function rowAlone(context: OperationContext, data: Data): NewRow | undefined {
  try {
    const made = makeRow(context, data)
    const { parents, unique } = askedAfterwards(context, [made.row])
    return parents.size === 0 && unique.length === 0 ? made : undefined
  } catch (error) {
    if (isDBALError(error)) return undefined
    throw error
  }
}

/** Rows that make each other their parents, or themselves, are a circle: none is stored. */
export async function insertRows(
  context: OperationContext,
  rows: readonly Row[],
  sent: readonly string[],
  ties?: Ties,
): Promise<void> {
  const { entity, store } = context
  const { tree, parents, unique } = askedAfterwards(context, rows)
  if (parents.size === 0 && unique.length === 0) {
    await store.insert(entity, rows, sent, ties)
    return
  }
  await inTransaction(context, async (inner) => {
    await inner.store.insert(entity, rows, sent, ties)
    if (tree !== undefined && parents.size > 0) await demandAcyclic(inner, tree, parents)
    for (const rule of unique) {
      const values = rows.map((row) => row[rule.field.name])
      await demandUnique(inner, rule, values, sent)
    }
  })
}

/** What has to be asked of these rows once they are stored: whether parents among them are a circle, and unique rules. */
function askedAfterwards(context: OperationContext, rows: readonly Row[]) {
  const tree = treeToKeep(context.entity)
  const parents = tree === undefined ? NONE : ownParents(context.entity, tree, rows)
  return { tree, parents, unique: uniqueRules(context) }
}

const NONE: ReadonlySet<Value> = new Set()

/** Parents of some of the rows that are among the rows themselves. */
function ownParents(
  entity: Entity,
  { parentField }: TreeShape,
  rows: readonly Row[],
): ReadonlySet<Value> {
  const target = entity.fields.get(parentField)?.foreignKey?.field
  if (target === undefined) return NONE
  const own = new Set(rows.map((row) => row[target]))
  const parents = rows.map((row) => row[parentField] ?? null)
  return new Set(parents.filter((parent) => parent !== null && own.has(parent)))
}
