import type { Entity, Model, Relation } from '@proj/dbal-schema'
import type { Params } from '../query/query.ts'
import type { Row } from '../value/value.ts'

/** The row a predicate is asked about, and the way to the others. */
export interface EvaluationScope {
  readonly entity: Entity
  readonly row: Row
  readonly params: Params
  readonly model: Model
  /** Rows at the other end of a relation of `row`; at most one where the relation is to one. */
  related(entity: Entity, relation: Relation, row: Row): readonly Row[]
  /** Every row of an entity. */
  all(entity: Entity): readonly Row[]
}
