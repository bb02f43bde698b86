import {
  atIndex,
  invalid,
  isDBALError,
  type FieldError,
  type Row,
  type Value,
} from '@proj/dbal-contract'
import type { BuiltInHandler } from '../operation/operation-context.ts'
import { dataNames, hasNames } from '../write/data-parts.ts'
import { demandWritable } from '../write/demand-writable.ts'
import { fillRow } from '../write/fill-row.ts'
import { insertRow, insertRows } from '../write/insert-row.ts'
import { demandOverRelations } from '../write/demand-over-relations.ts'
import { inTransaction } from '../write/in-transaction.ts'
import { splitRelations } from '../write/relation-write.ts'
import { viewWritten } from '../write/view-written.ts'
import { createRecord } from '../write/write-record.ts'

type Input = Readonly<Record<string, unknown>>

export const create: BuiltInHandler = async (context, input) => {
  const { entity } = context
  const { values, relations } = splitRelations(entity, input)
  if (relations.length === 0) {
    const row = await insertRow(context, values)
    return viewWritten(context, entity, row)
  }
  await demandOverRelations(context, relations)
  return inTransaction(context, async (inner) => {
    const row = await createRecord(inner, input)
    return viewWritten(inner, entity, row)
  })
}

/** All or none; answers how many. */
export const createMany: BuiltInHandler = async (context, input) => {
  const { entity, operation, store, principal, now } = context
  const items = input['items'] as readonly Input[]
  const errors: FieldError[] = []
  const own: FieldError[] = []
  const fillContext = { principal, now }
  let whole: readonly string[] = []
  const rows = items.map((item, i) => {
    // Most have the names of the item before, which was a row as it came.
    if (whole.length > 0 && hasNames(item, whole)) return item as Row
    const { values, relations } = splitRelations(entity, item)
    for (const { relation } of relations)
      own.push({ field: relation.name, error: 'is for create only' })
    const row = fillRow(entity, values as Readonly<Record<string, Value>>, fillContext, own)
    for (const { field, error } of own.splice(0, own.length))
      errors.push({ field: `items[${i}].${field}`, error })
    if (row === item) whole = Object.keys(row)
    return row
  })
  if (errors.length > 0) throw invalid(errors)
  // Every grant used must cover what any of the items sends.
  const names = dataNames(operation, input).create
  const sent = demandWritable(store.access, entity, 'create', names)
  if (rows.length > 0)
    await insertRows(context, rows, sent).catch((error: unknown) => {
      throw rows.length === 1 ? ofTheOne(error) : error
    })
  return rows.length
}

/** Engines say which row of several it is; with one there is nothing to tell. */
function ofTheOne(error: unknown): unknown {
  const isOfRow = isDBALError(error) && ['CONFLICT', 'VALIDATION_ERROR'].includes(error.code)
  return isOfRow ? atIndex(error, 0) : error
}
