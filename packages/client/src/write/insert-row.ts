// One new row, whole, under the create rules.
import { invalid, type FieldError, type Row, type Value } from '@proj/dbal-contract'
import type { OperationContext } from '../operation/operation-context.ts'
import type { Data } from './data-parts.ts'
import { demandAcyclic, treeToKeep } from './demand-acyclic.ts'
import { demandWritable } from './demand-writable.ts'
import { fillRow } from './fill-row.ts'
import { inTransaction } from './in-transaction.ts'

/** `vouched`: foreign keys whose rows were looked up or made under the rules already. */
export async function insertRow(
  context: OperationContext,
  values: Data,
  vouched?: ReadonlySet<string>,
): Promise<Row> {
  const { entity, store, principal, now } = context
  const sent = demandWritable(store.access, entity, 'create', Object.keys(values))
  const errors: FieldError[] = []
  const row = fillRow(entity, values as Readonly<Record<string, Value>>, { principal, now }, errors)
  if (errors.length > 0) throw invalid(errors)
  await insertRows(context, [row], sent, vouched)
  return row
}

/** Rows that make each other their parents, or themselves, are a circle: none is stored. */
export async function insertRows(
  context: OperationContext,
  rows: readonly Row[],
  sent: readonly string[],
  vouched?: ReadonlySet<string>,
): Promise<void> {
  const { entity, store } = context
  const tree = treeToKeep(entity)
  const target = entity.fields.get(tree?.parentField ?? '')?.foreignKey?.field
  if (tree === undefined || target === undefined) {
    await store.insert(entity, rows, sent, vouched)
    return
  }
  const own = new Set(rows.map((row) => row[target]))
  const parents = rows.map((row) => row[tree.parentField] ?? null)
  const within = new Set(parents.filter((parent) => parent !== null && own.has(parent)))
  if (within.size === 0) {
    await store.insert(entity, rows, sent, vouched)
    return
  }
  await inTransaction(context, async (inner) => {
    await inner.store.insert(entity, rows, sent, vouched)
    await demandAcyclic(inner, tree, within)
  })
}
