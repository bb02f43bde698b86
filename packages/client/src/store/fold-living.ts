// A query with what is past its time or softly deleted left out: of its own rows, of related ones, and
// of rows on the way to a field.
import {
  countParams,
  operandsOf,
  type Include,
  type Query,
  type SelectQuery,
} from '@proj/dbal-contract'
import type { Entity, FieldOperand, Model, QueryOperand, QueryPredicate } from '@proj/dbal-schema'
import { allOf, anyOf, negate } from '@proj/dbal-schema/model'

type Foldable = Exclude<Query, { readonly kind: 'insert' }>

export interface Living {
  readonly query: Query
  /** Types the moment is needed in, as params after the query's own. */
  readonly clocks: readonly ('datetime' | 'bigint')[]
  readonly base: number
}

/** Rows of it may cease to exist without being deleted. */
export function isMortal(entity: Entity): boolean {
  return entity.ttl !== undefined || entity.softDelete !== undefined
}

export function foldLiving(query: Foldable, model: Model): Living {
  return new Folding(model, query).fold()
}

class Folding {
  readonly #model: Model
  readonly #query: Foldable
  readonly #base: number
  readonly #clocks: ('datetime' | 'bigint')[] = []

  constructor(model: Model, query: Foldable) {
    this.#model = model
    this.#query = query
    this.#base = countParams(query)
  }

  fold(): Living {
    const entity = this.#model.entities.get(this.#query.entity)
    // A table of the product itself: whoever reads it knows what is over.
    if (entity === undefined) return { query: this.#query, clocks: [], base: this.#base }
    const query: Query =
      this.#query.kind === 'select'
        ? this.#select(this.#query, entity)
        : { ...this.#query, where: this.#where(this.#query.where, entity) }
    return { query, clocks: this.#clocks, base: this.#base }
  }

  #select(query: SelectQuery, entity: Entity): SelectQuery {
    return {
      ...query,
      where: this.#where(query.where, entity),
      sort: query.sort.map((term) => ({ ...term, operand: this.#operand(term.operand, entity) })),
      ...(query.masks === undefined
        ? {}
        : {
            masks: Object.fromEntries(
              Object.entries(query.masks).map(([name, mask]) => [name, this.#inner(mask, entity)]),
            ),
          }),
      ...(query.include === undefined
        ? {}
        : { include: query.include.map((include) => this.#include(include, entity)) }),
    }
  }

  #include(include: Include, entity: Entity): Include {
    const { query, mask } = include
    return {
      ...include,
      query: this.#select(query, this.#entity(query.entity)),
      ...(mask === undefined ? {} : { mask: this.#inner(mask, entity) }),
    }
  }

  #where(where: QueryPredicate, entity: Entity): QueryPredicate {
    return allOf([...this.#alive(entity), ...flatten(this.#inner(where, entity))])
  }

  #alive(entity: Entity): QueryPredicate[] {
    const terms: QueryPredicate[] = []
    if (entity.softDelete !== undefined) {
      terms.push({ kind: 'isNull', operand: operandOf(entity, entity.softDelete.field) })
    }
    if (entity.ttl !== undefined) {
      const left = operandOf(entity, entity.ttl.field)
      const type = left.type === 'bigint' ? 'bigint' : 'datetime'
      const right = { kind: 'param', index: this.#clock(type), type } as const
      const later: QueryPredicate = { kind: 'compare', op: '>', left, right }
      const nullable = entity.fields.get(entity.ttl.field)?.nullable === true
      terms.push(nullable ? anyOf([{ kind: 'isNull', operand: left }, later]) : later)
    }
    return terms
  }

  #clock(type: 'datetime' | 'bigint'): number {
    const known = this.#clocks.indexOf(type)
    return this.#base + (known === -1 ? this.#clocks.push(type) - 1 : known)
  }

  #inner(term: QueryPredicate, entity: Entity): QueryPredicate {
    switch (term.kind) {
      case 'and':
      case 'or':
        return { ...term, terms: term.terms.map((inner) => this.#inner(inner, entity)) }
      case 'not':
      case 'holds':
        return { ...term, term: this.#inner(term.term, entity) }
      case 'exists':
        return { ...term, where: this.#where(term.where, this.#target(entity, term.relation)) }
      case 'inSelect': {
        const where = this.#where(term.where, this.#entity(term.entity))
        return this.#overPaths({ ...term, where }, entity)
      }
      case 'compare': {
        const left = this.#operand(term.left, entity)
        return this.#overPaths({ ...term, left, right: this.#operand(term.right, entity) }, entity)
      }
      default:
        return this.#overPaths(term, entity)
    }
  }

  /**
   * A field over relations is NULL where a row on the way is gone. So the term is what it was where all
   * of them live, else what it is of NULL: unknown, or true if NULL is what it asks for.
   */
  #overPaths(term: QueryPredicate, entity: Entity): QueryPredicate {
    const paths = operandsOf(term).flatMap((operand) =>
      operand.kind === 'field' && operand.path.length > 0 ? [operand.path] : [],
    )
    const living = paths.flatMap((path) => this.#living(path, entity) ?? [])
    if (living.length === 0) return term
    const alive = allOf(living)
    const gone: QueryPredicate = term.kind === 'isNull' ? { kind: 'true' } : UNKNOWN
    return anyOf([allOf([alive, term]), allOf([negate(alive), gone])])
  }

  /** All rows on the way live; undefined where none of them can go. */
  #living(path: readonly string[], entity: Entity): QueryPredicate | undefined {
    const [relation, ...rest] = path
    if (relation === undefined) return undefined
    const target = this.#target(entity, relation)
    const further = this.#living(rest, target)
    if (further === undefined && !isMortal(target)) return undefined
    return { kind: 'exists', relation, where: this.#where(further ?? { kind: 'true' }, target) }
  }

  #operand(operand: QueryOperand, entity: Entity): QueryOperand {
    if (operand.kind !== 'relationCount') return operand
    const target = this.#target(entity, operand.relation)
    return { ...operand, where: this.#where(operand.where ?? { kind: 'true' }, target) }
  }

  #target(entity: Entity, relation: string): Entity {
    return this.#entity(entity.relations.get(relation)?.target ?? '')
  }

  #entity(name: string): Entity {
    return this.#model.entities.get(name) as Entity
  }
}

/** Neither true nor false, whatever NOT stands around it. */
const UNKNOWN: QueryPredicate = {
  kind: 'compare',
  op: '=',
  left: { kind: 'literal', value: null },
  right: { kind: 'literal', value: null },
}

function operandOf(entity: Entity, name: string): FieldOperand {
  const type = entity.fields.get(name)?.type ?? 'datetime'
  return { kind: 'field', path: [], field: name, type }
}

function flatten(term: QueryPredicate): readonly QueryPredicate[] {
  if (term.kind === 'true') return []
  return term.kind === 'and' ? term.terms : [term]
}
