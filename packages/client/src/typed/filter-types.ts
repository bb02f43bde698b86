// Filters as generated code writes them (api.md, "Shapes"): for each field a value or operators. `N` is
// `null` where the field may hold none.
import type { JsonNullType, JsonValue } from '@proj/dbal-contract'
import type { Json } from './value-types.ts'

export interface EqualityOperators<T, N = never> {
  eq?: T | N
  ne?: T | N
  not?: T | N
  in?: readonly T[]
  nin?: readonly T[]
  isNull?: boolean
  /** Unlike `ne`, NULL is distinct from any value. */
  isDistinct?: T | N
}

export interface OrderOperators<T, N = never> extends EqualityOperators<T, N> {
  gt?: T
  gte?: T
  lt?: T
  lte?: T
  /** Both ends included, the lower one first. */
  between?: readonly [low: T, high: T]
}

export interface TextOperators<T extends string = string, N = never> extends OrderOperators<T, N> {
  contains?: string
  startsWith?: string
  endsWith?: string
  like?: string
  ilike?: string
  /** `insensitive` folds ASCII A–Z, on every engine. */
  mode?: 'default' | 'insensitive'
}

/** Of booleans. */
export type EqualityFilter<T, N = never> = T | N | EqualityOperators<T, N>
/** Of numbers, moments, ids and bytes. */
export type OrderFilter<T, N = never> = T | N | OrderOperators<T, N>
/** Of texts and enums. */
export type TextFilter<T extends string = string, N = never> = T | N | TextOperators<T, N>

type JsonLeaf = string | number | boolean

/** What stands at the end of `path`. */
export interface JsonPathOperators {
  path: readonly (string | number)[]
  equals?: JsonLeaf | JsonNullType | null
  eq?: JsonLeaf | JsonNullType | null
  ne?: JsonLeaf
  not?: JsonLeaf
  gt?: JsonLeaf
  gte?: JsonLeaf
  lt?: JsonLeaf
  lte?: JsonLeaf
  contains?: string
  startsWith?: string
  endsWith?: string
}

/** The whole value. An object to be compared with stands under `equals`. */
export interface JsonOperators<N = never> {
  path?: never
  equals?: Json | N
  eq?: Json | N
  ne?: Json | N
  not?: Json | N
  isNull?: boolean
}

export type JsonFilter<N = never> =
  JsonLeaf | readonly JsonValue[] | JsonNullType | N | JsonOperators<N> | JsonPathOperators

/** `AND` of nothing is true, `OR` of nothing false. */
export interface LogicFilter<F> {
  AND?: F | readonly F[]
  OR?: F | readonly F[]
  NOT?: F | readonly F[]
}

/** `null` is a relation to nothing. */
export type ToOneFilter<F> = F | { is?: F | null; isNot?: F | null } | null

export interface ToManyFilter<F> {
  some?: F
  every?: F
  none?: F
}

export type Direction = 'asc' | 'desc'

/** NULL comes last unless `nulls` says otherwise. */
export type SortOrder = Direction | { order: Direction; nulls?: 'first' | 'last' }

export type SortTerms<K extends string> = { [P in K]?: SortOrder }

/** Keys of one object sort in their order; a list says the order outright. */
export type Sort<K extends string> = SortTerms<K> | readonly SortTerms<K>[]
