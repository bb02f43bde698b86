// Which entities an answer depends on: the query's own, those it includes, and those that its filter, its
// sort and the caller's rules look at. It walks queries as they reach the store, with all rules in them.
import {
  operandsOf,
  partsOf,
  type AggregateQuery,
  type QueryOperand,
  type QueryPredicate,
  type SelectQuery,
} from '@proj/dbal-contract'
import type { Entity, Model } from '@proj/dbal-schema'
import { getEntity } from '@proj/dbal-schema/model'

export function readEntities(model: Model, query: SelectQuery | AggregateQuery): Set<string> {
  const read = new Set<string>()
  new Walk(model, read).query(query)
  return read
}

class Walk {
  readonly #model: Model
  readonly #read: Set<string>

  constructor(model: Model, read: Set<string>) {
    this.#model = model
    this.#read = read
  }

  query(query: SelectQuery | AggregateQuery): void {
    const entity = this.#enter(query.entity)
    this.#predicate(query.where, entity)
    for (const { operand } of query.sort) this.#operand(operand, entity)
    if (query.kind === 'aggregate') return
    for (const mask of Object.values(query.masks ?? {})) this.#predicate(mask, entity)
    for (const { query: inner } of query.include ?? []) this.query(inner)
  }

  #predicate(term: QueryPredicate, entity: Entity): void {
    for (const operand of operandsOf(term)) this.#operand(operand, entity)
    const within =
      term.kind === 'exists'
        ? this.#over(entity, term.relation)
        : term.kind === 'inSelect'
          ? this.#enter(term.entity)
          : entity
    for (const part of partsOf(term)) this.#predicate(part, within)
  }

  #operand(operand: QueryOperand, entity: Entity): void {
    if (operand.kind === 'jsonPath') this.#operand(operand.field, entity)
    if (operand.kind === 'field') {
      let at = entity
      for (const relation of operand.path) at = this.#over(at, relation)
    }
    if (operand.kind === 'relationCount') {
      const target = this.#over(entity, operand.relation)
      if (operand.where !== undefined) this.#predicate(operand.where, target)
    }
  }

  #over(entity: Entity, relation: string): Entity {
    return this.#enter(entity.relations.get(relation)?.target ?? '')
  }

  #enter(name: string): Entity {
    this.#read.add(name)
    return getEntity(this.#model, name)
  }
}
