// Errors that the query explains better than the engine does.
import {
  atIndex,
  conflict,
  invalid,
  type DBALError,
  type InsertQuery,
  type Params,
  type Query,
  type UpdateQuery,
} from '@proj/dbal-contract'
import { blameForeignKey } from '../execute/blame-foreign-key.ts'
import { blameUniqueKey } from '../execute/blame-unique-key.ts'
import { findOverflow } from '../execute/find-overflow.ts'
import { isBulkInsert } from '../execute/run-insert.ts'
import type { Questions } from '../execute/questions.ts'

/** The same error with the fields it is about. A question that fails leaves it as it is. */
export async function refineError(
  ask: Questions,
  query: Query,
  params: Params,
  error: DBALError,
): Promise<DBALError> {
  try {
    return await refine(ask, query, params, error)
  } catch {
    return error
  }
}

async function refine(
  ask: Questions,
  query: Query,
  params: Params,
  error: DBALError,
): Promise<DBALError> {
  // It may be of the update or of the row that it would store: the engine knows, the query does not.
  if (query.kind === 'update' && query.otherwise !== undefined) return error
  const conflicting = error.code === 'CONFLICT' ? error.details?.['conflict'] : undefined
  if (conflicting !== undefined && query.kind === 'insert')
    return ofConflict(ask, query, params, error)
  if (conflicting === 'foreign_key') return ofReference(ask, query, params, error)
  if (error.code === 'CONFLICT' && query.kind === 'update') return ofChangedKey(ask, query, error)
  const isNamed = (error.details?.fields ?? []).length > 0
  if (error.code !== 'VALIDATION_ERROR' || isNamed || query.kind !== 'update') return error
  const errors = await findOverflow(ask, query, params)
  return errors.length === 0 ? error : invalid(errors)
}

/** Engines that store a changed row as a new one may name a key that has not changed. */
function ofChangedKey({ model }: Questions, query: UpdateQuery, error: DBALError): DBALError {
  const named = (error.details?.fields ?? []).map(({ field }) => field)
  const isSet = (name: string): boolean => query.set.some(({ field }) => field === name)
  if (error.details?.['conflict'] !== 'unique' || named.some(isSet)) return error
  const changed = model.entities.get(query.entity)?.uniques.find((key) => key.some(isSet))
  return changed === undefined ? error : conflict(changed, 'unique', error.cause)
}

async function ofReference(
  ask: Questions,
  query: Query,
  params: Params,
  error: DBALError,
): Promise<DBALError> {
  const found = await blameForeignKey(ask, query, params, error)
  if (found === undefined) return error
  const index = isBulkInsert(query, params) ? (found.index ?? error.details?.index) : undefined
  const blamed = conflict([found.field], 'foreign_key', error.cause)
  return index === undefined ? blamed : atIndex(blamed, index)
}

/** Keys come before references, whatever the engine looks at first. */
async function ofConflict(
  ask: Questions,
  query: InsertQuery,
  params: Params,
  error: DBALError,
): Promise<DBALError> {
  const taken = await blameUniqueKey(ask, query, params)
  const { index, conflict: kind } = error.details ?? {}
  // A key of a partial index may be broken by an earlier row; the engine names it.
  const isEarlier = kind === 'unique' && taken !== undefined && (index ?? taken.index) < taken.index
  if (taken === undefined || isEarlier)
    return kind === 'foreign_key' ? ofReference(ask, query, params, error) : error
  const blamed = conflict(taken.fields, 'unique', error.cause)
  return isBulkInsert(query, params) ? atIndex(blamed, taken.index) : blamed
}
