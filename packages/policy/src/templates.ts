// Queries every entity needs, built once for each.
import type { InsertQuery, SelectQuery } from '@proj/dbal-contract'
import type { Entity, Field, QueryPredicate } from '@proj/dbal-schema'
import { PlanCache } from './plan-cache.ts'

const inserts = new WeakMap<Entity, InsertQuery>()
const names = new WeakMap<Entity, readonly string[]>()
const lookUps = new PlanCache<SelectQuery>()

/** All fields, so that there is one shape of insert for each entity. */
export function insertTemplate(entity: Entity): InsertQuery {
  let query = inserts.get(entity)
  if (query === undefined) {
    query = { kind: 'insert', entity: entity.name, fields: allFields(entity) }
    inserts.set(entity, query)
  }
  return query
}

export function allFields(entity: Entity): readonly string[] {
  let fields = names.get(entity)
  if (fields === undefined) {
    fields = [...entity.fields.keys()]
    names.set(entity, fields)
  }
  return fields
}

/** `field = params[i]` for each field, in order from `first`. */
export function matchFields(entity: Entity, fields: readonly string[], first = 0): QueryPredicate {
  const terms = fields.map((name, i): QueryPredicate => {
    const { type } = entity.fields.get(name) as Field
    return {
      kind: 'compare',
      op: '=',
      left: { kind: 'field', path: [], field: name, type },
      right: { kind: 'param', index: first + i, type },
    }
  })
  const [only] = terms
  return terms.length === 1 && only !== undefined ? only : { kind: 'and', terms }
}

/** Rows whose `key` fields have the params, in that order. One and the same query for the same names. */
export function lookUpQuery(
  entity: Entity,
  key: readonly string[],
  fields: readonly string[],
): SelectQuery {
  return lookUps.get(entity, `${key.join()}:${fields.join()}`, () => ({
    kind: 'select',
    entity: entity.name,
    fields,
    where: matchFields(entity, key),
    sort: [],
  }))
}

/** One row by its primary key; params are the key in the order of `entity.primaryKey`. */
export function byKeyQuery(entity: Entity, fields: readonly string[]): SelectQuery {
  return lookUpQuery(entity, entity.primaryKey, fields)
}

/** Rows whose `key` field is in the list that is the only param. */
export function amongQuery(entity: Entity, key: string, fields: readonly string[]): SelectQuery {
  return lookUps.get(entity, `in ${key}:${fields.join()}`, () => ({
    kind: 'select',
    entity: entity.name,
    fields,
    where: isAmong(entity, key, 0),
    sort: [],
  }))
}

const locks = new WeakMap<SelectQuery, SelectQuery>()

/** The same query, locking its rows: they are as they stay until the transaction ends. */
export function locking(query: SelectQuery): SelectQuery {
  let found = locks.get(query)
  if (found === undefined) {
    found = { ...query, forUpdate: true }
    locks.set(query, found)
  }
  return found
}

const beyond = new WeakMap<SelectQuery, SelectQuery>()

/** The same query over rows that are past their time or softly deleted as well. */
export function withGone(query: SelectQuery): SelectQuery {
  let found = beyond.get(query)
  if (found === undefined) {
    found = { ...query, gone: true }
    beyond.set(query, found)
  }
  return found
}

/** The field's value is in the list at that position. */
export function isAmong(entity: Entity, name: string, index: number): QueryPredicate {
  const { type } = entity.fields.get(name) as Field
  const left = { kind: 'field', path: [], field: name, type } as const
  return { kind: 'in', left, list: { kind: 'param', index, type, list: true } }
}
