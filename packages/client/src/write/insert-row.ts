// One new row, whole, under the create rules.
import { invalid, type FieldError, type Row, type Value } from '@proj/dbal-contract'
import type { OperationContext } from '../operation/operation-context.ts'
import type { Data } from './data-parts.ts'
import { demandWritable } from './demand-writable.ts'
import { fillRow } from './fill-row.ts'

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
  await store.insert(entity, [row], sent, vouched)
  return row
}
