// What stores run. A query is a template: its object identity is its shape, so whatever compiles it
// keeps the plan beside it (WeakMap) and only values travel per call, as `params`.
import type { FieldType, ParamOperand, QueryOperand, QueryPredicate } from '@proj/dbal-schema'
import type { ResultRow, Value } from '../value/value.ts'

/** Values by position; a list operand's position holds an array. */
export type Params = readonly (Value | readonly Value[] | undefined)[]

export interface SortTerm {
  readonly operand: QueryOperand
  readonly direction: 'asc' | 'desc'
  /** Always explicit: engines disagree. */
  readonly nulls: 'first' | 'last'
}

/** Related rows fetched beside their parents, never row by row. */
export interface Include {
  readonly relation: string
  /** Key in the result; usually the relation's name. */
  readonly as: string
  /**
   * Run over the related entity; `limit` and `offset` hold per parent. Its params share the outer
   * query's positions.
   */
  readonly query: SelectQuery
  /** `rows` fetches them, `count` answers how many there are. */
  readonly want: 'rows' | 'count'
  /** Left out of a parent row (no key) unless the predicate holds for the parent. */
  readonly mask?: QueryPredicate
}

export interface SelectQuery {
  readonly kind: 'select'
  readonly entity: string
  /** Fields of the answer, in this order. */
  readonly fields: readonly string[]
  readonly where: QueryPredicate
  /** Ends in the primary key, so the order is total. */
  readonly sort: readonly SortTerm[]
  readonly limit?: ParamOperand
  readonly offset?: ParamOperand
  /** One row, the first by `sort`, for each combination of these fields. */
  readonly distinct?: readonly string[]
  readonly include?: readonly Include[]
  /** A field is left out of a row (no key) unless its predicate holds for that row. */
  readonly masks?: Readonly<Record<string, QueryPredicate>>
  /** Rows are locked until the transaction ends where the engine has row locks. */
  readonly forUpdate?: boolean
  /** Also rows past their time or softly deleted, which no other query finds. */
  readonly gone?: boolean
}

/** Params are the rows laid end to end, in the order of `fields`; all rows are stored or none. */
export interface InsertQuery {
  readonly kind: 'insert'
  readonly entity: string
  readonly fields: readonly string[]
}

export type Assignment =
  | { readonly field: string; readonly kind: 'set'; readonly value: QueryOperand }
  /** Old value plus the operand; NULL stays NULL; overflow is VALIDATION_ERROR. */
  | { readonly field: string; readonly kind: 'add'; readonly value: ParamOperand }
  /** The later of the operand and the old value plus one millisecond. */
  | { readonly field: string; readonly kind: 'advance'; readonly value: ParamOperand }

export interface UpdateQuery {
  readonly kind: 'update'
  readonly entity: string
  readonly set: readonly Assignment[]
  readonly where: QueryPredicate
  /** Fields of the rows as they are after the change; absent: only the count. */
  readonly returning?: readonly string[]
  /**
   * Beside `returning`: a row to store where none is matched. Then the count is 1, and no rows are answered.
   * CAPABILITY_NOT_SUPPORTED where the capabilities do not say `storesOtherwise`, or `where` looks at other rows.
   */
  readonly otherwise?: readonly GivenValue[]
}

export interface GivenValue {
  readonly field: string
  readonly value: ParamOperand
}

export interface DeleteQuery {
  readonly kind: 'delete'
  readonly entity: string
  readonly where: QueryPredicate
  /** Fields of the rows as they were. */
  readonly returning?: readonly string[]
  /** The condition keeps every row that others refer to, so that no foreign key does anything. */
  readonly alone?: boolean
}

export type AggregateFunction = 'count' | 'sum' | 'avg' | 'min' | 'max'

export interface AggregateTerm {
  readonly function: AggregateFunction
  /** Absent with `count`: rows. */
  readonly field?: string
  /** Key in the result; unique in the query. */
  readonly as: string
}

/** A group's fields and terms may be named in `having` and `sort` as fields with an empty path. */
export interface AggregateQuery {
  readonly kind: 'aggregate'
  readonly entity: string
  readonly where: QueryPredicate
  /** Empty: one row over everything. */
  readonly groupBy: readonly string[]
  readonly terms: readonly AggregateTerm[]
  readonly having?: QueryPredicate
  /** Ends in the group's fields. */
  readonly sort: readonly SortTerm[]
  readonly limit?: ParamOperand
  readonly offset?: ParamOperand
}

export type Query = SelectQuery | InsertQuery | UpdateQuery | DeleteQuery | AggregateQuery

export interface QueryResult {
  /** Without a prototype; empty for writes without `returning`. */
  readonly rows: readonly ResultRow[]
  /** Rows answered, inserted, matched by the update (changed or not) or deleted. */
  readonly count: number
}

/** The type of an aggregate's result: count number, avg float or decimal, the rest by field. */
export interface AggregateType {
  readonly type: FieldType
  readonly scale?: number
}
