// The value of an operand for one row, with what is known of its type.
import type { FieldType, JsonValue, QueryOperand } from '@proj/dbal-schema'
import { DBALError } from '../error/dbal-error.ts'
import { JsonNull, type Row, type Value } from '../value/value.ts'
import type { EvaluationScope } from './evaluation-scope.ts'

export interface TypedValue {
  readonly value: Value
  /** Of a field, a param or a count; a literal has none. `jsonPath` values take the other side's. */
  readonly type: FieldType | 'literal' | 'jsonPath'
}

/** Counting needs the evaluator of predicates, which needs this module; it is passed in. */
export type CountRows = (
  operand: QueryOperand & { kind: 'relationCount' },
  scope: EvaluationScope,
) => number

export function readOperand(
  operand: QueryOperand,
  scope: EvaluationScope,
  countRows: CountRows,
): TypedValue {
  switch (operand.kind) {
    case 'field':
      return { value: fieldValue(operand.path, operand.field, scope), type: operand.type }
    case 'literal':
      return { value: operand.value, type: 'literal' }
    case 'param':
      return { value: paramValue(operand.index, scope), type: operand.type }
    case 'jsonPath': {
      const json = fieldValue(operand.field.path, operand.field.field, scope)
      return { value: jsonAt(json, operand.path), type: 'jsonPath' }
    }
    case 'relationCount':
      return { value: countRows(operand, scope), type: 'integer' }
  }
}

/** The values of a list param; undefined when the list itself is absent. */
export function readList(index: number, scope: EvaluationScope): readonly Value[] | undefined {
  const list = scope.params[index]
  if (list === undefined || list === null) return undefined
  if (!Array.isArray(list)) throw internal('a list param holds no list')
  return list as readonly Value[]
}

export function internal(reason: string): DBALError {
  return new DBALError('INTERNAL_ERROR', { details: { reason } })
}

function paramValue(index: number, scope: EvaluationScope): Value {
  // An absent claim is NULL, so that comparisons with it are unknown.
  return (scope.params[index] ?? null) as Value
}

/** NULL when a row on the way is missing. */
function fieldValue(path: readonly string[], field: string, scope: EvaluationScope): Value {
  let { entity } = scope
  let row: Row | undefined = scope.row
  for (const name of path) {
    const relation = entity.relations.get(name)
    const target = scope.model.entities.get(relation?.target ?? '')
    if (relation === undefined || target === undefined) throw internal('unknown relation')
    row = scope.related(entity, relation, row)[0]
    if (row === undefined) return null
    entity = target
  }
  return row[field] ?? null
}

/** NULL when nothing is there; JSON's null is a value. Keys name members, numbers name elements. */
function jsonAt(value: Value, path: readonly (string | number)[]): Value {
  if (value === null) return null
  let json: JsonValue | undefined = value === JsonNull ? null : (value as JsonValue)
  for (const step of path) {
    json = memberOf(json, step)
    if (json === undefined) return null
  }
  return json === null ? JsonNull : json
}

function memberOf(json: JsonValue, step: string | number): JsonValue | undefined {
  if (typeof json !== 'object' || json === null) return undefined
  if (Array.isArray(json)) {
    return typeof step === 'number' ? (json as readonly JsonValue[])[step] : undefined
  }
  const members = json as { readonly [key: string]: JsonValue }
  return typeof step === 'string' && Object.hasOwn(members, step) ? members[step] : undefined
}
