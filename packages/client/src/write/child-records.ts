// Records at the other end of a relation: found, created and changed by operations of their own entity,
// under its own rules.
import {
  canonicalValue,
  DBALError,
  invalid,
  isDBALError,
  type Row,
  type Value,
} from '@proj/dbal-contract'
import { allFields, lookUpQuery } from '@proj/dbal-policy'
import type { Entity, Field, OperationSpec } from '@proj/dbal-schema'
import type { OperationContext } from '../operation/operation-context.ts'
import { prepareOperation } from '../operation/prepare-operation.ts'
import { relax } from '../query/filter-value.ts'
import { findKey } from '../query/row-key.ts'
import type { Data, WriteAction } from './data-parts.ts'
import { updateRow } from './update-row.ts'
import { WriteBudget } from './write-budget.ts'

/** Every entity has one. */
export function operationOf(entity: Entity, action: WriteAction): OperationSpec {
  const operation = entity.operations.get(action)
  if (operation === undefined) throw new DBALError('INTERNAL_ERROR')
  return operation
}

/** The context of an operation on a record under this one, and its input. Throws what it throws. */
export function prepareChild(
  { runtime, principal, store, now, options, nesting }: OperationContext,
  entity: Entity,
  action: WriteAction,
  input: Data,
): ReturnType<typeof prepareOperation> {
  const operation = operationOf(entity, action)
  const { depth, budget } = nesting ?? { depth: 0, budget: new WriteBudget() }
  budget.spend(depth + 1)
  return prepareOperation(runtime, {
    entity,
    operation,
    input,
    principal,
    store: store.base,
    now,
    options,
    inTransaction: true,
    nesting: { depth: depth + 1, budget },
  })
}

/**
 * Sets the foreign key of a row found before; the row it points at is known to be the caller's. `from`: what
 * the key must hold until then, or it is NOT_FOUND.
 */
export async function relink(
  context: OperationContext,
  entity: Entity,
  row: Row,
  field: string,
  value: Value,
  from?: Value,
): Promise<void> {
  const key = Object.fromEntries(entity.primaryKey.map((name) => [name, row[name]]))
  const child = await prepareChild(context, entity, 'update', { ...key, [field]: value })
  const guards = from === undefined ? {} : { ifStill: { [field]: from } }
  await updateRow(child.context, key, { [field]: child.input[field] }, guards, {
    vouched: new Set([field]),
  })
}

/** The row a caller names by a unique key; NOT_FOUND where it is absent, hidden or misspelt. */
export async function findRecord(
  context: OperationContext,
  entity: Entity,
  where: Data,
  path: string,
): Promise<Row> {
  const row = await lookUpRecord(context, entity, where, path)
  if (row === undefined) throw missing(path)
  return row
}

/** As `findRecord`, but undefined. Key fields are there whether or not the caller may read them. */
export async function lookUpRecord(
  { store }: OperationContext,
  entity: Entity,
  where: Data,
  path: string,
): Promise<Row | undefined> {
  const fields = Object.keys(where)
  if (findKey(entity, where)?.length !== fields.length) {
    throw invalid([
      { field: path, error: 'must name a record by its primary key or a unique field' },
    ])
  }
  const values: Value[] = []
  for (const name of fields) {
    if (where[name] === undefined) {
      throw invalid([{ field: `${path}.${name}`, error: 'is undefined' }])
    }
    const checked = canonicalValue(relax(entity.fields.get(name) as Field), where[name])
    if (!checked.ok) return undefined
    values.push(checked.value)
  }
  const [row] = await store.find(lookUpQuery(entity, fields, keyFields(entity)), values)
  return row
}

/** What relations and look-ups compare: unique fields and foreign keys. */
export function keyFields(entity: Entity): readonly string[] {
  const unique = new Set(entity.uniques.flat())
  return allFields(entity).filter(
    (name) => unique.has(name) || entity.fields.get(name)?.foreignKey !== undefined,
  )
}

/** The data of a new record with the key that ties it to this one. Throws VALIDATION_ERROR where it is sent as well. */
export function withTie(path: string, data: Data, tie: Data): Data {
  const sent = Object.keys(tie).find((name) => Object.hasOwn(data, name))
  if (sent === undefined) return { ...data, ...tie }
  throw invalid([{ field: `${path}.${sent}`, error: 'is given by the relation' }])
}

/** Errors of a part of the input, told as errors of the whole: `reviews.create[0].stars`. */
export async function within<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!isDBALError(error) || error.details?.fields === undefined) throw error
    const { code, details, cause, message, httpStatus } = error
    const fields = details?.fields?.map((each) => ({ ...each, field: `${path}.${each.field}` }))
    throw new DBALError(code, {
      message,
      httpStatus,
      cause,
      details: { ...details, ...(fields === undefined ? {} : { fields }) },
    })
  }
}

/** Problems of one part of the input, with the part's name; a CONFLICT names fields, not places. */
export async function inPart<T>(path: string, work: Promise<T>): Promise<T> {
  return work.catch(async (error: unknown) => {
    if (!isDBALError(error) || error.code !== 'VALIDATION_ERROR') throw error
    return within(path, Promise.reject(error))
  })
}

export function missing(path: string): DBALError {
  return new DBALError('NOT_FOUND', {
    details: { fields: [{ field: path, error: 'was not found' }] },
  })
}
