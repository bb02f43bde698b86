// Reading rows, in the order SQL gives its clauses: where, sort, distinct, offset and limit, columns.
import {
  newRow,
  evaluatePredicate,
  type Include,
  type ParamOperand,
  type Params,
  type QueryPredicate,
  type ResultRow,
  type Row,
  type SelectQuery,
} from '@proj/dbal-contract'
import type { Entity } from '@proj/dbal-schema'
import type { Database } from './database.ts'
import { sortRows } from './sort-rows.ts'
import { copyValue, identityOf } from './stored-value.ts'
import { getField } from './table.ts'

export function select(database: Database, query: SelectQuery, params: Params): ResultRow[] {
  const { entity } = database.table(query.entity)
  const rows = matching(database, entity, query.where, params)
  return new Reader(database, params).read(query, rows)
}

/** Rows for which the predicate is true; unknown is not. */
export function matching(
  database: Database,
  entity: Entity,
  where: QueryPredicate,
  params: Params,
): readonly Row[] {
  return database
    .table(entity.name)
    .rows()
    .filter((row) => evaluatePredicate(where, database.scope(entity, row, params)) === true)
}

/** The part of a sorted list that a query asks for; an absent or NULL limit is none. */
export function page<T>(
  rows: readonly T[],
  { limit, offset }: { readonly limit?: ParamOperand; readonly offset?: ParamOperand },
  params: Params,
): readonly T[] {
  const start = countOf(offset, params) ?? 0
  const count = countOf(limit, params)
  return rows.slice(start, count === undefined ? undefined : start + count)
}

function countOf(operand: ParamOperand | undefined, params: Params): number | undefined {
  const value = operand === undefined ? null : (params[operand.index] ?? null)
  return value === null ? undefined : Number(value)
}

class Reader {
  readonly #database: Database
  readonly #params: Params

  constructor(database: Database, params: Params) {
    this.#database = database
    this.#params = params
  }

  /** `rows` are those the query is about, already filtered. */
  read(query: SelectQuery, rows: readonly Row[]): ResultRow[] {
    const { entity } = this.#database.table(query.entity)
    const sorted = sortRows(rows, query.sort, (row) => this.#scope(entity, row))
    const distinct = query.distinct === undefined ? sorted : first(entity, query.distinct, sorted)
    return page(distinct, query, this.#params).map((row) => this.#project(query, entity, row))
  }

  #project(query: SelectQuery, entity: Entity, row: Row): ResultRow {
    const result = newRow()
    for (const name of query.fields) {
      if (this.#isShown(query.masks?.[name], entity, row))
        result[name] = copyValue(row[getField(entity, name).name] ?? null)
    }
    for (const include of query.include ?? []) {
      if (this.#isShown(include.mask, entity, row))
        result[include.as] = this.#include(include, entity, row)
    }
    return result
  }

  #isShown(mask: QueryPredicate | undefined, entity: Entity, row: Row): boolean {
    return mask === undefined || this.#holds(mask, entity, row)
  }

  #include({ relation: name, query, want }: Include, entity: Entity, row: Row): ResultRow[string] {
    const relation = entity.relations.get(name)
    if (relation === undefined) throw new TypeError(`${entity.name} has no relation ${name}`)
    const target = this.#database.table(relation.target).entity
    const related = this.#scope(entity, row).related(entity, relation, row)
    const rows = related.filter((other) => this.#holds(query.where, target, other))
    if (want === 'count') return rows.length
    const answers = this.read(query, rows)
    return relation.cardinality === 'many' ? answers : (answers[0] ?? null)
  }

  #holds(predicate: QueryPredicate, entity: Entity, row: Row): boolean {
    return evaluatePredicate(predicate, this.#scope(entity, row)) === true
  }

  #scope(entity: Entity, row: Row) {
    return this.#database.scope(entity, row, this.#params)
  }
}

/** One row, the first, for each combination of the fields; NULLs are one value. */
function first(entity: Entity, names: readonly string[], rows: readonly Row[]): readonly Row[] {
  const fields = names.map((name) => getField(entity, name))
  const found = new Map<string, Row>()
  for (const row of rows) {
    const key = fields.map(({ name, type }) => identityOf(type, row[name] ?? null)).join()
    if (!found.has(key)) found.set(key, row)
  }
  return [...found.values()]
}
