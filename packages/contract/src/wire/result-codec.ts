// Answers of operations on the wire, by what the operation answers: a row, rows, a page, aggregates or a
// scalar.
import type { Entity, JsonValue, Model, OperationSpec } from '@proj/dbal-schema'
import type { AggregateFunction } from '../query/query.ts'
import { aggregateType } from '../value/aggregate-type.ts'
import { decodeStored, encodeValue, type ValueShape } from '../value/value-codec.ts'
import type { ResultRow, Value } from '../value/value.ts'
import {
  corrupt,
  decodeRow,
  encodeRow,
  entityOf,
  isObject,
  mapRow,
  type JsonObject,
} from './row-codec.ts'

const FUNCTIONS: readonly AggregateFunction[] = ['sum', 'avg', 'min', 'max']

/**
 * What an operation answered, as JSON. A scalar of a registered handler must already be JSON, but for
 * bigint, Date and bytes.
 */
export function encodeResult(
  model: Model,
  entityName: string,
  operation: OperationSpec,
  result: unknown,
): JsonValue {
  if (result === null || result === undefined) return null
  const row = (item: unknown): JsonValue =>
    encodeRow(model, rowsOf(operation, entityName), item as ResultRow)
  switch (kindOf(operation, result)) {
    case 'aggregate': {
      const entity = entityOf(model, entityName)
      return mapItems(result, (item) => mapAggregate(entity, item as ResultRow, encodeTerm))
    }
    case 'page': {
      const page = result as { readonly data: readonly unknown[] }
      return { ...page, data: page.data.map(row) }
    }
    case 'rows':
      return mapItems(result, row)
    default:
      return encodeScalar(result)
  }
}

/** The inverse of `encodeResult`. Throws DATA_CORRUPT when a value is not of its wire form. */
export function decodeResult(
  model: Model,
  entityName: string,
  operation: OperationSpec,
  json: JsonValue,
): unknown {
  if (json === null) return null
  const row = (item: unknown): ResultRow =>
    decodeRow(model, rowsOf(operation, entityName), item as JsonValue)
  switch (kindOf(operation, json)) {
    case 'aggregate': {
      const entity = entityOf(model, entityName)
      return mapItems(json, (item) => mapAggregate(entity, item as ResultRow, decodeTerm))
    }
    case 'page': {
      const page = json as { readonly data: readonly JsonValue[] }
      if (!isObject(json) || !Array.isArray(page.data)) throw corrupt('data', 'must be a list')
      return { ...page, data: page.data.map(row) }
    }
    case 'rows':
      return mapItems(json, row)
    default:
      return json
  }
}

function kindOf(
  { builtIn, output }: OperationSpec,
  result: unknown,
): 'aggregate' | 'page' | 'rows' | 'scalar' {
  if (builtIn === 'aggregate') return 'aggregate'
  if (builtIn === 'list' || builtIn === 'search') return 'page'
  if (typeof result !== 'object') return 'scalar'
  return output.kind === 'entity' || builtIn !== undefined ? 'rows' : 'scalar'
}

function rowsOf({ builtIn, output }: OperationSpec, entity: string): string {
  const isPage = builtIn === 'list' || builtIn === 'search'
  return output.kind === 'entity' && !isPage ? output.entity : entity
}

type Term = (shape: ValueShape, value: unknown, name: string) => unknown

const encodeTerm: Term = (shape, value) => encodeValue(shape, value as Value)

const decodeTerm: Term = (shape, value, name) => {
  const decoded = decodeStored(shape, value as JsonValue)
  if (!decoded.ok) throw corrupt(name, decoded.error)
  return decoded.value
}

/** `{ <group field>, count, sum: { field }, … }`. */
function mapAggregate(entity: Entity, answer: ResultRow, map: Term): JsonObject {
  return mapRow(answer, (key, value) => {
    const term = FUNCTIONS.find((name) => name === key)
    if (term !== undefined && isObject(value)) {
      return mapRow(value as ResultRow, (field, result) =>
        map(aggregateType(entity, { function: term, field, as: field }), result, field),
      ) as JsonObject
    }
    const field = entity.fields.get(key)
    return (field === undefined ? value : map(field, value, key)) as JsonValue
  })
}

function encodeScalar(value: unknown): JsonValue {
  if (typeof value === 'bigint') return encodeValue({ type: 'bigint' }, value)
  if (value instanceof Date) return encodeValue({ type: 'datetime' }, value)
  if (value instanceof Uint8Array) return encodeValue({ type: 'bytes' }, value)
  return value as JsonValue
}

function mapItems<T>(value: unknown, map: (item: unknown) => T): T | T[] {
  return Array.isArray(value) ? value.map((item) => map(item)) : map(value)
}
