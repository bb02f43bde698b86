// A filter on a json field: `{ path: [..], equals | gt | contains | … }`, a whole value, or null
// (SQL NULL) and JsonNull (JSON's).
import { canonicalValue, JsonNull, isPlainObject } from '@proj/dbal-contract'
import type {
  CompareOp,
  Field,
  FieldOperand,
  FieldType,
  JsonPathOperand,
  MatchOp,
  QueryPredicate,
} from '@proj/dbal-schema'
import { allOf } from '@proj/dbal-schema/model'
import { textValue } from './filter-value.ts'
import type { QueryBuilder } from './query-builder.ts'

const OPERATORS: ReadonlyMap<string, CompareOp> = new Map([
  ['equals', '='],
  ['eq', '='],
  ['not', '!='],
  ['ne', '!='],
  ['gt', '>'],
  ['gte', '>='],
  ['lt', '<'],
  ['lte', '<='],
])
const MATCHES: ReadonlyMap<string, MatchOp> = new Map([
  ['contains', 'contains'],
  ['startsWith', 'startsWith'],
  ['endsWith', 'endsWith'],
])
const MAX_STEPS = 20
/** The last element that every engine's paths can name. */
const MAX_INDEX = 2 ** 31 - 1
/** Keys that not every engine's paths can spell. */
const UNSPEAKABLE = /^\*?$|["\\\p{Cc}]/u
const FALSE: QueryPredicate = { kind: 'false' }

export function compileJsonFilter(
  field: Field,
  value: unknown,
  builder: QueryBuilder,
  path: string,
): QueryPredicate {
  const whole: FieldOperand = { kind: 'field', path: [], field: field.name, type: 'json' }
  if (!isPlainObject(value)) return compileWhole(whole, field, value, builder, path)
  const steps = Object.hasOwn(value, 'path') ? readPath(value['path'], builder, path) : []
  const operators = Object.keys(value).filter((key) => key !== 'path')
  if (operators.length === 0) builder.fail(path, 'needs an operator')
  if (steps.length === 0) {
    return allOf(
      operators.map((key) => compileWholeOperator(key, value[key], whole, field, builder, path)),
    )
  }
  builder.mark(JSON.stringify(steps))
  const left: JsonPathOperand = { kind: 'jsonPath', field: whole, path: steps }
  return allOf(
    operators.map((key) => compileStep(key, value[key], left, builder, `${path}.${key}`)),
  )
}

function compileWholeOperator(
  key: string,
  value: unknown,
  whole: FieldOperand,
  field: Field,
  builder: QueryBuilder,
  path: string,
): QueryPredicate {
  const at = `${path}.${key}`
  builder.mark(key)
  if (key === 'isNull') {
    if (typeof value !== 'boolean') return refuse(builder, at, 'must be true or false')
    const isNull = compileWhole(whole, field, null, builder, at)
    builder.mark(String(value))
    return value ? isNull : { kind: 'not', term: isNull }
  }
  const op = OPERATORS.get(key)
  if (op === undefined && !MATCHES.has(key)) return refuse(builder, at, 'is not a known operator')
  if (op !== '=' && op !== '!=') return refuse(builder, at, 'needs a path')
  const equal = compileWhole(whole, field, value, builder, at)
  return op === '=' ? equal : { kind: 'not', term: equal }
}

/** NULL, JSON's null and values are queries of different shapes. */
function compileWhole(
  left: FieldOperand,
  field: Field,
  value: unknown,
  builder: QueryBuilder,
  path: string,
): QueryPredicate {
  builder.mark(value === null ? 'null' : value === JsonNull ? 'jsonNull' : 'value')
  if (value === null) return { kind: 'isNull', operand: left }
  if (value === JsonNull) return { kind: 'jsonNull', operand: left }
  const checked = canonicalValue({ ...field, nullable: false }, value)
  if (!checked.ok) return refuse(builder, path, checked.error)
  return { kind: 'compare', op: '=', left, right: builder.param(checked.value, 'json') }
}

function compileStep(
  key: string,
  value: unknown,
  left: JsonPathOperand,
  builder: QueryBuilder,
  path: string,
): QueryPredicate {
  builder.mark(`${key}:${value === null ? 'null' : typeof value}`)
  const match = MATCHES.get(key)
  if (match !== undefined) {
    const right = builder.param(textValue(value, builder, path), 'text')
    return { kind: 'match', op: match, insensitive: false, left, right }
  }
  const op = OPERATORS.get(key)
  if (op === undefined) return refuse(builder, path, 'is not a known operator')
  if ((value === null || value === JsonNull) && (op === '=' || op === '!=')) {
    const kind = value === null ? 'isNull' : 'jsonNull'
    const equal: QueryPredicate = { kind, operand: left }
    return op === '=' ? equal : { kind: 'not', term: equal }
  }
  const type = leafType(value)
  if (type === undefined) return refuse(builder, path, 'must be a string, a number or a boolean')
  const leaf = type === 'text' ? textValue(value, builder, path) : (value as number | boolean)
  return { kind: 'compare', op, left, right: builder.param(leaf, type) }
}

function leafType(value: unknown): FieldType | undefined {
  if (typeof value === 'string') return 'text'
  if (typeof value === 'boolean') return 'boolean'
  return typeof value === 'number' && Number.isFinite(value) ? 'float' : undefined
}

function readPath(
  value: unknown,
  builder: QueryBuilder,
  path: string,
): readonly (string | number)[] {
  const valid =
    Array.isArray(value) &&
    value.length <= MAX_STEPS &&
    value.every((step) => typeof step === 'string' || isIndex(step))
  if (valid) {
    const steps = value as (string | number)[]
    if (!steps.some((step) => typeof step === 'string' && UNSPEAKABLE.test(step))) return steps
    builder.fail(
      `${path}.path`,
      'has a key that is empty or *, or holds a quote, a backslash or a control character',
    )
    return []
  }
  builder.fail(`${path}.path`, `must be a list of at most ${MAX_STEPS} keys and indexes`)
  return []
}

function isIndex(step: unknown): boolean {
  return Number.isInteger(step) && (step as number) >= 0 && (step as number) <= MAX_INDEX
}

function refuse(builder: QueryBuilder, path: string, error: string): QueryPredicate {
  builder.fail(path, error)
  return FALSE
}
