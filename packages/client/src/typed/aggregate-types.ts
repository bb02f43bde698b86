// `aggregate`: its options follow from what is asked, and its answer from the options.
import type { EntityTypes } from './entity-types.ts'
import type { SortOrder } from './filter-types.ts'

type Group<E extends EntityTypes> = E['aggregate']['group']
type Range<E extends EntityTypes> = E['aggregate']['range']
type Sums<E extends EntityTypes> = E['aggregate']['sum']
type Averages<E extends EntityTypes> = E['aggregate']['avg']

/** What an aggregate asks for, by type parameter. */
export interface AggregateShape<E extends EntityTypes> {
  groupBy: readonly Group<E>[]
  count: boolean | undefined
  sum: readonly (keyof Sums<E>)[]
  avg: readonly (keyof Averages<E>)[]
  min: readonly Range<E>[]
  max: readonly Range<E>[]
}

export interface AggregateOptions<E extends EntityTypes, F, A extends AggregateShape<E>> {
  filter?: F | undefined
  /** One answer for each combination of these fields. */
  groupBy?: A['groupBy'] | undefined
  /** True unless only functions are asked for. */
  count?: A['count']
  sum?: A['sum'] | undefined
  avg?: A['avg'] | undefined
  min?: A['min'] | undefined
  max?: A['max'] | undefined
  /** Groups to keep, by their fields and results. */
  having?: Having<E, A> | undefined
  sort?: AggregateSort<E, A> | readonly AggregateSort<E, A>[] | undefined
  limit?: number | undefined
}

type Comparison<T> =
  | Exclude<T, null>
  | ({ eq?: Exclude<T, null>; ne?: Exclude<T, null> } & {
      [P in 'gt' | 'gte' | 'lt' | 'lte']?: Exclude<T, null>
    })

type Having<E extends EntityTypes, A extends AggregateShape<E>> = {
  [K in keyof Answer<E, A>]?: K extends 'sum' | 'avg' | 'min' | 'max'
    ? { [F in keyof Answer<E, A>[K]]?: Comparison<Answer<E, A>[K][F]> }
    : Comparison<Answer<E, A>[K]>
}

type AggregateSort<E extends EntityTypes, A extends AggregateShape<E>> = {
  [K in keyof Answer<E, A>]?: K extends 'sum' | 'avg' | 'min' | 'max'
    ? { [F in keyof Answer<E, A>[K]]?: SortOrder }
    : SortOrder
}

type Ranges<E extends EntityTypes, N extends readonly PropertyKey[]> = {
  [K in N[number] & keyof E['row']]: Exclude<E['row'][K], null | undefined> | null
}

/** Over no rows, or over NULLs only, a function answers null. */
type Answer<E extends EntityTypes, A extends AggregateShape<E>> = {
  [K in A['groupBy'][number] & keyof E['row']]: Exclude<E['row'][K], undefined>
} & (WantsCount<E, A> extends true ? { count: number } : unknown) &
  (A['sum'] extends readonly []
    ? unknown
    : { sum: { [K in A['sum'][number]]: Sums<E>[K] | null } }) &
  (A['avg'] extends readonly []
    ? unknown
    : { avg: { [K in A['avg'][number]]: Averages<E>[K] | null } }) &
  (A['min'] extends readonly [] ? unknown : { min: Ranges<E, A['min']> }) &
  (A['max'] extends readonly [] ? unknown : { max: Ranges<E, A['max']> })

type WantsCount<E extends EntityTypes, A extends AggregateShape<E>> = A['count'] extends true
  ? true
  : A['count'] extends false
    ? false
    : [...A['sum'], ...A['avg'], ...A['min'], ...A['max']] extends readonly []
      ? true
      : false

type Flat<T> = { [K in keyof T]: T[K] }

/** One object, or with `groupBy` one for each group. */
export type AggregateAnswer<
  E extends EntityTypes,
  A extends AggregateShape<E>,
> = A['groupBy'] extends readonly [] ? Flat<Answer<E, A>> : Flat<Answer<E, A>>[]
