// Errors that the query explains better than the engine does.
import {
  atIndex,
  conflict,
  invalid,
  type DBALError,
  type Params,
  type Query,
  type UpdateQuery,
} from '@proj/dbal-contract'
import { blameForeignKey, type Questions } from '../execute/blame-foreign-key.ts'
import { findOverflow } from '../execute/find-overflow.ts'

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
  if (error.code === 'CONFLICT' && error.details?.['conflict'] === 'foreign_key') {
    const index = error.details.index
    const field = await blameForeignKey(ask, query, rowOf(query, params, index), error)
    if (field === undefined) return error
    const blamed = conflict([field], 'foreign_key', error.cause)
    return index === undefined ? blamed : atIndex(blamed, index)
  }
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

/** The params of the one row that failed, where it is known. */
function rowOf(query: Query, params: Params, index: number | undefined): Params {
  if (query.kind !== 'insert' || index === undefined) return params
  const width = query.fields.length
  return params.slice(index * width, (index + 1) * width)
}
