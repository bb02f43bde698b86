// Predicates over rows in memory, with SQL's three values. It is the meaning that compiled SQL is held
// against, and what decides rules about a row that is at hand.
import type { Entity, Predicate, QueryOperand, QueryPredicate, Relation } from '@proj/dbal-schema'
import { JsonNull, type Row, type Value } from '../value/value.ts'
import { areDistinct, compareOperands } from './compare-operands.ts'
import { internal, readList, readOperand, type TypedValue } from './evaluate-operand.ts'
import type { EvaluationScope } from './evaluation-scope.ts'
import { listOf } from './predicate-parts.ts'
import { matchText } from './match-text.ts'
import { and, not, or, type Truth } from './truth.ts'

type Term<K extends QueryPredicate['kind']> = Extract<Predicate<QueryOperand>, { kind: K }>

/**
 * True, false, or undefined for unknown. Throws INTERNAL_ERROR for terms that are resolved before a
 * query reaches a store (`missing`, `allowed`) and for values that do not fit their operand's type.
 */
export function evaluatePredicate(predicate: QueryPredicate, scope: EvaluationScope): Truth {
  switch (predicate.kind) {
    case 'true':
      return true
    case 'false':
      return false
    case 'and':
      return and(predicate.terms, (term) => evaluatePredicate(term, scope))
    case 'or':
      return or(predicate.terms, (term) => evaluatePredicate(term, scope))
    case 'not':
      return not(evaluatePredicate(predicate.term, scope))
    case 'holds':
      return evaluatePredicate(predicate.term, scope) === true
    case 'compare':
      return compareOperands(
        predicate.op,
        read(predicate.left, scope),
        read(predicate.right, scope),
      )
    case 'distinct':
      return areDistinct(read(predicate.left, scope), read(predicate.right, scope))
    case 'isNull':
      return read(predicate.operand, scope).value === null
    case 'jsonNull': {
      const { value } = read(predicate.operand, scope)
      return value === null ? undefined : value === JsonNull
    }
    case 'in':
      return isIn(predicate, scope)
    case 'match':
      return matches(predicate, scope)
    case 'exists':
      return relatedRows(predicate.relation, scope).some((inner) => holds(predicate.where, inner))
    case 'inSelect':
      return isInSelect(predicate, scope)
    case 'missing':
    case 'allowed':
      throw internal(`a query may not hold "${predicate.kind}"`)
  }
}

/** The operand's value for the row; JSON's null at a path is `JsonNull`, nothing there is null. */
export function evaluateOperand(operand: QueryOperand, scope: EvaluationScope): Value {
  return read(operand, scope).value
}

function read(operand: QueryOperand, scope: EvaluationScope): TypedValue {
  return readOperand(operand, scope, countRelated)
}

function countRelated(
  { relation, where }: QueryOperand & { kind: 'relationCount' },
  scope: EvaluationScope,
): number {
  const rows = relatedRows(relation, scope)
  return where === undefined ? rows.length : rows.filter((inner) => holds(where, inner)).length
}

function holds(predicate: QueryPredicate, scope: EvaluationScope): boolean {
  return evaluatePredicate(predicate, scope) === true
}

function isIn(predicate: Term<'in'>, scope: EvaluationScope): Truth {
  const left = read(predicate.left, scope)
  const list: TypedValue[] = []
  for (const operand of listOf(predicate.list)) {
    if (operand.kind === 'param' && operand.list === true) {
      const values = readList(operand.index, scope)
      // An absent list says nothing about what it would hold.
      if (values === undefined) return undefined
      list.push(...values.map((value) => ({ value, type: operand.type })))
    } else list.push(read(operand, scope))
  }
  return isAmong(left, list)
}

function isInSelect(predicate: Term<'inSelect'>, scope: EvaluationScope): Truth {
  const entity = scope.model.entities.get(predicate.entity)
  const field = entity?.fields.get(predicate.field)
  if (entity === undefined || field === undefined) throw internal('unknown entity or field')
  const inner = scope.all(entity).map((row) => scopeOf(entity, row, scope))
  const found = inner.filter((row) => holds(predicate.where, row))
  const values = found.map(({ row }) => ({ value: row[field.name] ?? null, type: field.type }))
  return isAmong(read(predicate.left, scope), values)
}

/** Nothing is in an empty list, NULL neither; a NULL in the list leaves "no" in doubt. */
function isAmong(left: TypedValue, list: readonly TypedValue[]): Truth {
  return or(list, (right) => compareOperands('=', left, right))
}

function matches(predicate: Term<'match'>, scope: EvaluationScope): Truth {
  const [left, right] = [read(predicate.left, scope), read(predicate.right, scope)]
  if (left.value === null || right.value === null) return undefined
  if (left.type === 'jsonPath' && typeof left.value !== 'string') return undefined
  if (typeof left.value !== 'string' || typeof right.value !== 'string')
    throw internal('a text operator needs text')
  return matchText(predicate.op, left.value, right.value, predicate.insensitive)
}

function relatedRows(name: string, scope: EvaluationScope): readonly EvaluationScope[] {
  const [relation, entity] = relationOf(name, scope)
  const rows: readonly Row[] = scope.related(scope.entity, relation, scope.row)
  return rows.map((row) => scopeOf(entity, row, scope))
}

function scopeOf(entity: Entity, row: Row, outer: EvaluationScope): EvaluationScope {
  return {
    entity,
    row,
    params: outer.params,
    model: outer.model,
    related: (from, relation, of) => outer.related(from, relation, of),
    all: (other) => outer.all(other),
  }
}

function relationOf(name: string, { entity, model }: EvaluationScope): [Relation, Entity] {
  const relation = entity.relations.get(name)
  const target = model.entities.get(relation?.target ?? '')
  if (relation === undefined || target === undefined) throw internal('unknown relation')
  return [relation, target]
}
