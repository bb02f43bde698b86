// Rows and answers of operations on the wire: every value by its field, every include by its relation.
import type { Entity, JsonValue, Model, OperationSpec } from '@proj/dbal-schema'
import { DBALError } from '../error/dbal-error.ts'
import { aggregateType } from '../value/aggregate-type.ts'
import { decodeStored, encodeValue } from '../value/value-codec.ts'
import type { ResultRow, Value } from '../value/value.ts'
import type { AggregateFunction } from '../query/query.ts'

type JsonObject = { readonly [key: string]: JsonValue }

const FUNCTIONS: readonly AggregateFunction[] = ['sum', 'avg', 'min', 'max']

/** Keys that are neither a field nor a relation are left out: an answer has no others. */
export function encodeRow(model: Model, entityName: string, row: ResultRow): JsonObject {
  const entity = entityOf(model, entityName)
  return mapRow(row, (key, value) => {
    const field = entity.fields.get(key)
    if (field !== undefined) return encodeValue(field, value as Value)
    const relation = entity.relations.get(key)
    if (relation === undefined) return undefined
    return encodeRelated(model, relation.target, value)
  })
}

/** The inverse of `encodeRow`. Throws DATA_CORRUPT when a value is not of its field's wire form. */
export function decodeRow(model: Model, entityName: string, json: JsonValue): ResultRow {
  const entity = entityOf(model, entityName)
  if (!isObject(json)) throw new DBALError('DATA_CORRUPT')
  return mapRow(json, (key, value) => {
    const field = entity.fields.get(key)
    if (field !== undefined) {
      const decoded = decodeStored(field, value)
      if (!decoded.ok) throw corrupt(key, decoded.error)
      return decoded.value
    }
    const relation = entity.relations.get(key)
    if (relation === undefined) return undefined
    return decodeRelated(model, relation.target, value)
  })
}

/**
 * What an operation answered, as JSON: a row, rows, a page, aggregates or a scalar, by the operation.
 * A scalar of a registered handler must already be JSON, but for bigint, Date and bytes.
 */
export function encodeResult(
  model: Model,
  entityName: string,
  operation: OperationSpec,
  result: unknown,
): JsonValue {
  if (result === null || result === undefined) return null
  const { builtIn, output } = operation
  if (builtIn === 'aggregate') {
    const entity = entityOf(model, entityName)
    return mapItems(result, (item) => encodeAggregate(entity, item as ResultRow))
  }
  if (builtIn === 'list' || builtIn === 'search') {
    const page = result as { readonly data: readonly ResultRow[] }
    return { ...page, data: page.data.map((row) => encodeRow(model, entityName, row)) }
  }
  const target = output.kind === 'entity' ? output.entity : entityName
  const isRows = output.kind === 'entity' || (builtIn !== undefined && typeof result === 'object')
  return isRows && typeof result === 'object'
    ? mapItems(result, (item) => encodeRow(model, target, item as ResultRow))
    : encodeScalar(result)
}

/** `{ <group field>, count, sum: { field }, … }`. */
function encodeAggregate(entity: Entity, answer: ResultRow): JsonObject {
  return mapRow(answer, (key, value) => {
    const term = FUNCTIONS.find((name) => name === key)
    if (term !== undefined && isObject(value)) {
      return mapRow(value as ResultRow, (field, result) =>
        encodeValue(aggregateType(entity, { function: term, field, as: field }), result as Value),
      )
    }
    const field = entity.fields.get(key)
    return field === undefined ? (value as JsonValue) : encodeValue(field, value as Value)
  })
}

function encodeRelated(model: Model, target: string, value: ResultRow[string]): JsonValue {
  if (Array.isArray(value)) return value.map((row) => encodeRow(model, target, row as ResultRow))
  return isObject(value) ? encodeRow(model, target, value) : (value as number | null)
}

function decodeRelated(model: Model, target: string, value: JsonValue): ResultRow[string] {
  if (Array.isArray(value)) return value.map((row: JsonValue) => decodeRow(model, target, row))
  return isObject(value) ? decodeRow(model, target, value) : value
}

function encodeScalar(value: unknown): JsonValue {
  if (typeof value === 'bigint') return encodeValue({ type: 'bigint' }, value)
  if (value instanceof Date) return encodeValue({ type: 'datetime' }, value)
  if (value instanceof Uint8Array) return encodeValue({ type: 'bytes' }, value)
  return value as JsonValue
}

function mapItems(value: unknown, encode: (item: unknown) => JsonValue): JsonValue {
  return Array.isArray(value) ? value.map((item) => encode(item)) : encode(value)
}

/** Own keys only; the answer has no prototype, so no name of a field can reach one. */
function mapRow<In, Out>(
  row: { readonly [key: string]: In },
  map: (key: string, value: In) => Out | undefined,
): { [key: string]: Out } {
  const mapped = Object.create(null) as { [key: string]: Out }
  for (const [key, value] of Object.entries(row)) {
    const result = map(key, value)
    if (result !== undefined) mapped[key] = result
  }
  return mapped
}

function isObject<T>(value: T): value is T & JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function entityOf(model: Model, name: string): Entity {
  const entity = model.entities.get(name)
  if (entity === undefined) throw new DBALError('INTERNAL_ERROR')
  return entity
}

function corrupt(field: string, error: string): DBALError {
  return new DBALError('DATA_CORRUPT', { details: { fields: [{ field, error }] } })
}
