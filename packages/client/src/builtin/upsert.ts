import { invalid, isDBALError, mergeOwn } from '@proj/dbal-contract'
import { locking, lookUpQuery } from '@proj/dbal-policy'
import type { BuiltInHandler, OperationContext } from '../operation/operation-context.ts'
import { findKey, keyOf } from '../query/row-key.ts'
import { demandOverRelations } from '../write/demand-over-relations.ts'
import { isFlat, splitRelations } from '../write/relation-write.ts'
import { inSavepoint } from '../write/in-transaction.ts'
import { rowAlone } from '../write/insert-row.ts'
import { keyProblem } from '../write/key-problem.ts'
import { inPart } from '../write/child-records.ts'
import { create } from './create.ts'
import { updateRowIfThere } from '../write/update-row.ts'
import { viewWritten } from '../write/view-written.ts'
import { update } from './update.ts'

type Input = Readonly<Record<string, unknown>>
type Key = NonNullable<ReturnType<typeof keyOf>>

/**
 * Finds by a unique key, then updates or creates, each under its own rules; where an update finds just as well, it goes
 * first. Another writer who deletes the row in between leaves it to be created. One who creates it makes the create
 * conflict; the row is then there to update. A conflict with a row that stays hidden is the caller's CONFLICT.
 */
export const upsert: BuiltInHandler = async (context, input) => {
  const key = readKey(context, input['where'] as Input)
  refuseKey(context, input['update'] as Input)
  for (const arm of ARMS)
    if (!isFlat(context.entity, input[arm] as Input))
      await inPart(arm, demandArm(context, input[arm] as Input))
  const first = await updateFirst(context, key, input)
  if (first !== 'untold' && first !== 'absent') return first.answer
  const found = first === 'absent' ? undefined : await updateFound(context, key, input)
  if (found !== undefined) return found
  const nested = context.runtime.adapter.capabilities.features.has('nested_transactions')
  const { inTransaction: inside } = context.store
  const make = (inner: OperationContext): Promise<unknown> =>
    inPart('create', create(inner, input['create'] as Input))
  try {
    // In an open transaction a conflict would undo all of it, so the attempt gets a savepoint if it can.
    return await (nested && inside ? inSavepoint(context, make) : make(context))
  } catch (error) {
    if (!isTaken(error) || (inside && !nested)) throw error
    const now = await updateFound(context, key, input, true)
    if (now === undefined) throw error
    return now
  }
}

const ARMS = ['create', 'update'] as const

/** Of both, whichever is run: else the code would tell which. */
async function demandArm(context: OperationContext, data: Input): Promise<void> {
  await demandOverRelations(context, splitRelations(context.entity, data).relations)
}

function isTaken(error: unknown): boolean {
  return isDBALError(error) && error.details?.['conflict'] === 'unique'
}

/** A malformed value would never be found, so that each call made another row. */
function readKey({ entity }: OperationContext, where: Input): Key {
  const fields = findKey(entity, where)
  if (fields === undefined || fields.length !== Object.keys(where).length) {
    throw invalid([{ field: 'where', error: 'must be the primary key or a unique field' }])
  }
  const key = keyOf(entity, where)
  if (key !== undefined) return key
  throw invalid(fields.map((name) => ({ field: `where.${name}`, error: 'is not valid' })))
}

/** The key of the row that is found takes the place of one that is sent. */
function refuseKey({ entity }: OperationContext, data: Input): void {
  const sent = entity.primaryKey.filter((name) => Object.hasOwn(data, name))
  if (sent.length > 0) throw invalid(sent.map((name) => keyProblem(`update.${name}`)))
}

/** What the row has to do with; whether there is one is told by the look-up then. */
const OF_THE_ROW: ReadonlySet<string> = new Set(['VALIDATION_ERROR', 'FORBIDDEN', 'CONFLICT'])

/**
 * The update without the look-up, where its rules reach every row that is found, and with it the row to make, where that takes
 * no question. What fails has changed nothing and is `untold`: nobody is told of an update where there is no row.
 */
async function updateFirst(
  context: OperationContext,
  [fields, values]: Key,
  input: Input,
): Promise<{ readonly answer: unknown } | 'absent' | 'untold'> {
  const { entity, store, runtime } = context
  const [create, data] = [input['create'] as Input, input['update'] as Input]
  const { primaryKey } = entity
  const isByKey = fields.length === primaryKey.length && fields.every((n) => primaryKey.includes(n))
  // What stands beside fields are writes over relations, and conditions. A transaction may not survive what fails in it.
  const isPlain = isByKey && isFlat(entity, data)
  if (!isPlain || store.inTransaction || runtime.adapter.capabilities.storesOtherwise !== true)
    return 'untold'
  if (!store.reachesFound(entity, Object.keys(data))) return 'untold'
  const id = Object.fromEntries(fields.map((name, at) => [name, values[at]]))
  const made = isFlat(entity, create) ? rowAlone(context, create) : undefined
  const first = updateRowIfThere(context, id, data, undefined, undefined, made)
  const row = await first.catch((error: unknown) => {
    if (isDBALError(error) && OF_THE_ROW.has(error.code)) return 'untold' as const
    throw error
  })
  if (row === undefined) return 'absent'
  return row === 'untold' ? row : { answer: await viewWritten(context, entity, row) }
}

/** `again`: it locks what it finds, and so sees what a transaction that reads one state would not (MySQL). */
async function updateFound(
  context: OperationContext,
  [fields, values]: Key,
  input: Input,
  again = false,
): Promise<unknown> {
  const { entity, store } = context
  const query = lookUpQuery(entity, fields, entity.primaryKey)
  const [row] = await store.find(again ? locking(query) : query, values)
  if (row === undefined) return undefined
  const id = Object.fromEntries(entity.primaryKey.map((name) => [name, row[name]]))
  try {
    return await inPart('update', update(context, mergeOwn(input['update'] as Input, id)))
  } catch (error) {
    // In an open transaction the update may have left something of itself.
    const isMissing = isDBALError(error) && error.code === 'NOT_FOUND'
    if (again || store.inTransaction || !isMissing) throw error
    const [there] = await store.find(locking(query), values)
    if (there !== undefined) throw error
    return undefined
  }
}
