// One field's part of a filter: a value (equality) or `{ operator: value }`.
import { isPlainObject } from '@proj/dbal-contract'
import type { CompareOp, Field, FieldOperand, MatchOp, QueryPredicate } from '@proj/dbal-schema'
import { allOf, anyOf } from '@proj/dbal-schema/model'
import { filterValue, textValue } from './filter-value.ts'
import { LIMITS } from './limits.ts'
import type { QueryBuilder } from './query-builder.ts'

const COMPARISONS: ReadonlyMap<string, CompareOp> = new Map([
  ['eq', '='],
  ['ne', '!='],
  ['gt', '>'],
  ['gte', '>='],
  ['lt', '<'],
  ['lte', '<='],
])

/** Operator to match and whether it always ignores case. */
const MATCHES: ReadonlyMap<string, readonly [MatchOp, boolean]> = new Map([
  ['contains', ['contains', false]],
  ['startsWith', ['startsWith', false]],
  ['endsWith', ['endsWith', false]],
  ['like', ['like', false]],
  ['ilike', ['like', true]],
])

/** Operators of equality, which fold case as the pattern that has no wildcards. */
const FOLDED: ReadonlySet<string> = new Set(['eq', 'ne', 'not', 'in', 'nin'])
const UNARY: ReadonlySet<string> = new Set(['isNull', 'isDistinct', 'between'])
const UNORDERED: ReadonlySet<string> = new Set(['boolean', 'json'])
const TEXTUAL: ReadonlySet<string> = new Set(['string', 'text', 'email', 'url', 'cuid', 'enum'])
const FALSE: QueryPredicate = { kind: 'false' }

export function compileComparison(
  field: Field,
  value: unknown,
  builder: QueryBuilder,
  path: string,
): QueryPredicate {
  const left: FieldOperand = { kind: 'field', path: [], field: field.name, type: field.type }
  if (!isPlainObject(value)) return compileOperator('eq', value, false, field, left, builder, path)
  const keys = Object.keys(value)
  if (keys.every((key) => key === 'mode')) builder.fail(path, 'needs an operator')
  const insensitive = readMode(value, builder, path)
  const deaf = insensitive ? keys.find((key) => !isFoldable(key)) : undefined
  if (deaf !== undefined) builder.fail(`${path}.mode`, `says nothing to ${deaf}`)
  return allOf(
    keys
      .filter((key) => key !== 'mode')
      .map((key) =>
        compileOperator(key, value[key], insensitive, field, left, builder, `${path}.${key}`),
      ),
  )
}

function compileOperator(
  operator: string,
  value: unknown,
  insensitive: boolean,
  field: Field,
  left: FieldOperand,
  builder: QueryBuilder,
  path: string,
): QueryPredicate {
  builder.mark(value === null ? `${operator} null` : operator)
  if (value === undefined) return refuse(builder, path, 'is undefined')
  if (insensitive && FOLDED.has(operator) && value !== null)
    return compileFolded(operator, value, field, left, builder, path)
  const compare = COMPARISONS.get(operator)
  if (compare !== undefined) return compileCompare(compare, value, field, left, builder, path)
  const match = MATCHES.get(operator)
  if (match !== undefined) {
    const [op, folds] = match
    if (!TEXTUAL.has(field.type)) return refuse(builder, path, 'is for text fields only')
    builder.mark(insensitive || folds ? 'i' : 's')
    const right = builder.param(textValue(value, builder, path), 'text')
    return { kind: 'match', op, insensitive: insensitive || folds, left, right }
  }
  switch (operator) {
    case 'in':
    case 'nin': {
      const within = compileList(value, field, left, builder, path)
      return operator === 'in' ? within : { kind: 'not', term: within }
    }
    case 'isNull': {
      if (typeof value !== 'boolean') return refuse(builder, path, 'must be true or false')
      builder.mark(String(value))
      const term: QueryPredicate = { kind: 'isNull', operand: left }
      return value ? term : { kind: 'not', term }
    }
    case 'between': {
      if (!Array.isArray(value) || value.length !== 2) {
        return refuse(builder, path, 'must be two values, the lower one first')
      }
      const [low, high] = value as [unknown, unknown]
      return allOf([
        compileCompare('>=', low, field, left, builder, `${path}[0]`),
        compileCompare('<=', high, field, left, builder, `${path}[1]`),
      ])
    }
    case 'isDistinct': {
      if (value === null) return { kind: 'not', term: { kind: 'isNull', operand: left } }
      const right = builder.param(filterValue(field, value, builder, path), field.type)
      return { kind: 'distinct', left, right }
    }
    case 'not':
      return compileCompare('!=', value, field, left, builder, path)
    default:
      return refuse(builder, path, 'is not a known operator')
  }
}

/** Unknown operators are told of as such. */
function isFoldable(key: string): boolean {
  const known = COMPARISONS.has(key) || UNARY.has(key)
  return key === 'mode' || FOLDED.has(key) || MATCHES.has(key) || !known
}

function compileFolded(
  operator: string,
  value: unknown,
  field: Field,
  left: FieldOperand,
  builder: QueryBuilder,
  path: string,
): QueryPredicate {
  if (!TEXTUAL.has(field.type)) return refuse(builder, path, 'ignores case in text fields only')
  const isList = operator === 'in' || operator === 'nin'
  if (isList && !isListOfValues(value, builder, path)) return FALSE
  const values = isList ? (value as readonly unknown[]) : [value]
  builder.mark(`i${values.length}`)
  const terms = values.map((item, i): QueryPredicate => {
    const text = String(textValue(item, builder, isList ? `${path}[${i}]` : path))
    const right = builder.param(text.replaceAll(/[\\%_]/g, String.raw`\$&`), 'text')
    return { kind: 'match', op: 'like', insensitive: true, left, right }
  })
  const among = anyOf(terms)
  return operator === 'eq' || operator === 'in' ? among : { kind: 'not', term: among }
}

function compileCompare(
  op: CompareOp,
  value: unknown,
  field: Field,
  left: FieldOperand,
  builder: QueryBuilder,
  path: string,
): QueryPredicate {
  if (value === null) {
    const term: QueryPredicate = { kind: 'isNull', operand: left }
    if (op === '=') return term
    if (op === '!=') return { kind: 'not', term }
    return refuse(builder, path, 'may not be null; use isNull')
  }
  if (op !== '=' && op !== '!=' && UNORDERED.has(field.type)) {
    return refuse(builder, path, 'is not for this type of field')
  }
  const right = builder.param(filterValue(field, value, builder, path), field.type)
  return { kind: 'compare', op, left, right }
}

function compileList(
  value: unknown,
  field: Field,
  left: FieldOperand,
  builder: QueryBuilder,
  path: string,
): QueryPredicate {
  if (!isListOfValues(value, builder, path)) return FALSE
  const values = value.flatMap((item: unknown, i) => {
    const canonical = item === null ? undefined : filterValue(field, item, builder, `${path}[${i}]`)
    return canonical === undefined ? [] : [canonical]
  })
  return { kind: 'in', left, list: builder.listParam(values, field.type) }
}

function isListOfValues(
  value: unknown,
  builder: QueryBuilder,
  path: string,
): value is readonly unknown[] {
  if (!Array.isArray(value)) builder.fail(path, 'must be a list')
  else if (value.length > LIMITS.listValues)
    builder.fail(path, `has more than ${LIMITS.listValues} values`)
  else {
    for (const [i, item] of value.entries())
      if (item === null) builder.fail(`${path}[${i}]`, 'may not be null; use isNull')
    return true
  }
  return false
}

function readMode(
  value: Readonly<Record<string, unknown>>,
  builder: QueryBuilder,
  path: string,
): boolean {
  if (!Object.hasOwn(value, 'mode')) return false
  const { mode } = value
  if (mode !== 'insensitive' && mode !== 'default') {
    builder.fail(`${path}.mode`, 'must be insensitive or default')
  }
  return mode === 'insensitive'
}

function refuse(builder: QueryBuilder, path: string, error: string): QueryPredicate {
  builder.fail(path, error)
  return FALSE
}
