// The rows of one entity and its unique keys. Rows are never changed in place, so an old row stays
// what it was for whoever undoes a change.
import {
  compareValues,
  conflict,
  evaluatePredicate,
  type EvaluationScope,
  type QueryPredicate,
  type Row,
  type Value,
} from '@proj/dbal-contract'
import type { Entity, Field } from '@proj/dbal-schema'
import { identityOf } from './stored-value.ts'

interface UniqueKey {
  readonly fields: readonly Field[]
  /** A partial index: only rows that satisfy it take part. */
  readonly where?: QueryPredicate
  readonly rows: Map<string, Row>
}

export class Table {
  readonly entity: Entity
  readonly #rows = new Set<Row>()
  readonly #keys: readonly UniqueKey[]
  readonly #scope: (row: Row) => EvaluationScope

  constructor(entity: Entity, scope: (row: Row) => EvaluationScope) {
    this.entity = entity
    this.#scope = scope
    const partial = entity.indexes.filter(({ unique, where }) => unique && where !== undefined)
    this.#keys = [
      ...entity.uniques.map((fields) => uniqueKey(entity, fields)),
      // Index conditions speak of the row alone, which rules and queries write alike.
      ...partial.map(({ fields, where }) => uniqueKey(entity, fields, where as QueryPredicate)),
    ]
  }

  rows(): readonly Row[] {
    return [...this.#rows]
  }

  has(row: Row): boolean {
    return this.#rows.has(row)
  }

  /** Throws CONFLICT with the first key, in the order of the spec, that another row has taken. */
  insert(row: Row): void {
    for (const key of this.#keys) {
      const identity = this.#identity(key, row)
      if (identity !== undefined && key.rows.has(identity)) {
        throw conflict(
          key.fields.map(({ name }) => name),
          'unique',
        )
      }
    }
    this.#rows.add(row)
    for (const key of this.#keys) {
      const identity = this.#identity(key, row)
      if (identity !== undefined) key.rows.set(identity, row)
    }
  }

  remove(row: Row): void {
    this.#rows.delete(row)
    for (const key of this.#keys) {
      const identity = this.#identity(key, row)
      if (identity !== undefined) key.rows.delete(identity)
    }
  }

  /** Rows whose field has the value; NULL equals nothing. */
  find(field: Field, value: Value): readonly Row[] {
    if (value === null) return []
    const wanted = identityOf(field.type, value)
    const key = this.#keys.find(
      ({ fields, where }) => fields.length === 1 && fields[0] === field && where === undefined,
    )
    if (key === undefined) {
      return this.rows().filter((row) => identityOf(field.type, row[field.name] ?? null) === wanted)
    }
    const row = key.rows.get(wanted)
    return row === undefined ? [] : [row]
  }

  comparePrimaryKeys(a: Row, b: Row): number {
    for (const name of this.entity.primaryKey) {
      const { type } = getField(this.entity, name)
      const order = compareValues(type, a[name] ?? null, b[name] ?? null)
      if (order !== 0) return order
    }
    return 0
  }

  /** Undefined for a row that the key does not concern: a NULL in it, or outside its condition. */
  #identity({ fields, where }: UniqueKey, row: Row): string | undefined {
    if (fields.some(({ name }) => row[name] === null)) return undefined
    if (where !== undefined && evaluatePredicate(where, this.#scope(row)) !== true) return undefined
    return fields.map(({ type, name }) => identityOf(type, row[name] ?? null)).join()
  }
}

function uniqueKey(entity: Entity, names: readonly string[], where?: QueryPredicate): UniqueKey {
  const fields = names.map((name) => getField(entity, name))
  return where === undefined ? { fields, rows: new Map() } : { fields, where, rows: new Map() }
}

/** Throws INTERNAL_ERROR, by way of the executor, for a name that the entity does not have. */
export function getField(entity: Entity, name: string): Field {
  const field = entity.fields.get(name)
  if (field === undefined) throw new TypeError(`${entity.name} has no field ${name}`)
  return field
}
