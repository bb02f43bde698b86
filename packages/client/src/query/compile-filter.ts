// A caller's filter as a predicate (docs/spec/filter.md). Own keys only; a field the caller may not
// filter on answers like one that does not exist; `undefined` is an error, never "no filter".
import { isPlainObject } from '@proj/dbal-contract'
import type { Entity, Field, QueryPredicate, Relation } from '@proj/dbal-schema'
import { allOf, anyOf, isPrototypeName } from '@proj/dbal-schema/model'
import { compileComparison } from './compile-comparison.ts'
import { compileJsonFilter } from './compile-json-filter.ts'
import { LIMITS, RELATION_COMPLEXITY } from './limits.ts'
import type { QueryBuilder } from './query-builder.ts'

const TRUE: QueryPredicate = { kind: 'true' }
const FALSE: QueryPredicate = { kind: 'false' }

export function compileFilter(
  filter: unknown,
  entity: Entity,
  builder: QueryBuilder,
  path = 'filter',
  depth = 0,
): QueryPredicate {
  if (filter === undefined) return TRUE
  if (!isPlainObject(filter)) {
    builder.fail(path, 'must be an object')
    return FALSE
  }
  if (depth > LIMITS.filterDepth) {
    builder.fail(path, `is nested deeper than ${LIMITS.filterDepth}`)
    return FALSE
  }
  const terms: QueryPredicate[] = []
  builder.mark('{')
  for (const key of Object.keys(filter)) {
    const at = path === '' ? key : `${path}.${key}`
    if (!builder.countTerm(path)) return FALSE
    if (isPrototypeName(key)) builder.fail(at, 'is not a known field')
    else if (filter[key] === undefined) builder.fail(at, 'is undefined')
    else terms.push(compileTerm(key, filter[key], entity, builder, at, depth))
  }
  builder.mark('}')
  return allOf(terms)
}

function compileTerm(
  key: string,
  value: unknown,
  entity: Entity,
  builder: QueryBuilder,
  path: string,
  depth: number,
): QueryPredicate {
  // Fields first: one may be called AND. Rules decide on the name, never on a spelling of it.
  const field = entity.fields.get(key)
  if (field !== undefined) return compileField(field, value, entity, builder, path)
  const relation = entity.relations.get(key)
  if (relation !== undefined) return compileRelation(relation, value, entity, builder, path, depth)
  if (key === 'AND' || key === 'OR') return compileGroup(key, value, entity, builder, path, depth)
  if (key === 'NOT') {
    builder.mark('NOT(')
    const term = compileGroup('AND', value, entity, builder, path, depth)
    builder.mark(')')
    return { kind: 'not', term }
  }
  builder.failUnknown(path, key, entity, 'filter')
  return FALSE
}

function compileField(
  field: Field,
  value: unknown,
  entity: Entity,
  builder: QueryBuilder,
  path: string,
): QueryPredicate {
  if (builder.accessTo(entity).field(field.name, 'filter') === false) {
    builder.failUnknown(path, field.name, entity, 'filter')
    return FALSE
  }
  // No operator starts with a dot, so fields cannot be taken for operators of the one before.
  builder.mark(`.${field.name}`)
  return field.type === 'json'
    ? compileJsonFilter(field, value, builder, path)
    : compileComparison(field, value, builder, path)
}

/** `AND` of nothing is true, `OR` of nothing is false; a single object stands for a list of one. */
function compileGroup(
  kind: 'AND' | 'OR',
  value: unknown,
  entity: Entity,
  builder: QueryBuilder,
  path: string,
  depth: number,
): QueryPredicate {
  builder.mark(`${kind}(`)
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  const terms: QueryPredicate[] = []
  for (const [i, term] of list.entries()) {
    const at = `${path}[${i}]`
    // One without terms of its own is walked all the same.
    const isEmpty = !isPlainObject(term) || Object.keys(term).length === 0
    if (isEmpty && !builder.countTerm(path)) break
    if (term === undefined) terms.push(refuse(builder, at, 'is undefined'))
    else terms.push(compileFilter(term, entity, builder, at, depth + 1))
  }
  builder.mark(')')
  return kind === 'AND' ? allOf(terms) : anyOf(terms)
}

function compileRelation(
  relation: Relation,
  value: unknown,
  entity: Entity,
  builder: QueryBuilder,
  path: string,
  depth: number,
): QueryPredicate {
  const target = builder.model.entities.get(relation.target)
  const isOpen = builder.access.link(relation, 'filter', 'list').near !== false
  if (target === undefined || !isOpen) {
    builder.failUnknown(path, relation.name, entity, 'filter')
    return FALSE
  }
  // Beside the term that it is.
  builder.spend(RELATION_COMPLEXITY)
  const one = relation.cardinality === 'one'
  const exists = (where: QueryPredicate): QueryPredicate => ({
    kind: 'exists',
    relation: relation.name,
    where,
  })
  builder.mark(`.${relation.name}{`)
  const terms: QueryPredicate[] = []
  for (const [quantifier, inner] of quantified(value, one, builder, path)) {
    const at = `${path}.${quantifier}`
    builder.mark(quantifier)
    const where = inner === null ? TRUE : compileFilter(inner, target, builder, at, depth + 1)
    terms.push(relate(quantifier, where, inner === null, exists))
  }
  builder.mark('}')
  return allOf(terms)
}

/** `is: null` asks for absence. */
function relate(
  quantifier: string,
  where: QueryPredicate,
  absent: boolean,
  exists: (where: QueryPredicate) => QueryPredicate,
): QueryPredicate {
  const not = (term: QueryPredicate): QueryPredicate => ({ kind: 'not', term })
  switch (quantifier) {
    case 'is':
      return absent ? not(exists(TRUE)) : exists(where)
    case 'isNot':
      return absent ? exists(TRUE) : not(exists(where))
    case 'none':
      return not(exists(where))
    case 'every':
      // Unknown is no match, so a row that leaves the term unknown counts against `every`.
      return not(exists(not({ kind: 'holds', term: where })))
    default:
      return exists(where)
  }
}

function quantified(
  value: unknown,
  one: boolean,
  builder: QueryBuilder,
  path: string,
): readonly (readonly [string, unknown])[] {
  const allowed = one ? ['is', 'isNot'] : ['some', 'every', 'none']
  if (one && value === null) return [['is', null]]
  if (!isPlainObject(value)) {
    builder.fail(path, `must be an object with ${allowed.join(', ')}`)
    return []
  }
  const keys = Object.keys(value)
  if (one && !keys.some((key) => allowed.includes(key))) return [['is', value]]
  if (keys.length === 0) builder.fail(path, `needs one of ${allowed.join(', ')}`)
  return keys.flatMap((key) => {
    const inner = value[key]
    if (!allowed.includes(key)) {
      builder.fail(`${path}.${key}`, `is not one of ${allowed.join(', ')}`)
      return []
    }
    if (inner === undefined || (inner === null && !one)) {
      builder.fail(`${path}.${key}`, inner === null ? 'must be an object' : 'is undefined')
      return []
    }
    return [[key, inner] as const]
  })
}

function refuse(builder: QueryBuilder, path: string, error: string): QueryPredicate {
  builder.fail(path, error)
  return FALSE
}
