// `select` and `include`, and the results they give: exactly the named fields, and the related rows
// beside them.
import type { EntityTypes, Page, RelationOf } from './entity-types.ts'
import type { Sort } from './filter-types.ts'

export type Select<E extends EntityTypes> = readonly (keyof E['row'])[]

/** `{ relation: true | { select, include, … } }`. */
export type Include<E extends EntityTypes> = {
  [K in keyof E['relations']]?: boolean | IncludeOptions<E, K>
}

export type IncludeOptions<E extends EntityTypes, K extends keyof E['relations']> = RelationOf<
  E,
  K
>['many'] extends true
  ? IncludeManyOptions<RelationOf<E, K>['target']>
  : IncludeOneOptions<RelationOf<E, K>['target']>

export interface IncludeOneOptions<T extends EntityTypes> {
  select?: Select<T> | undefined
  include?: Include<T> | undefined
}

export interface IncludeManyOptions<T extends EntityTypes> extends IncludeOneOptions<T> {
  filter?: T['filter'] | undefined
  sort?: Sort<T['sort']> | undefined
  limit?: number | undefined
  /** True: their number in place of the rows. */
  count?: boolean | undefined
}

/**
 * Refuses keys that `Include` does not know. A type parameter's argument is not checked for excess
 * properties, so each is checked here, at every depth.
 */
export type KnownInclude<E extends EntityTypes, I> = {
  [K in keyof I]: K extends keyof E['relations']
    ? I[K] extends boolean | undefined
      ? I[K]
      : KnownIncludeOptions<E, K, I[K]>
    : never
}

type KnownIncludeOptions<E extends EntityTypes, K extends keyof E['relations'], O> = {
  [P in keyof O]: P extends keyof IncludeOptions<E, K>
    ? P extends 'include'
      ? KnownInclude<RelationOf<E, K>['target'], O[P]>
      : IncludeOptions<E, K>[P]
    : never
}

/** What `select` leaves of a row. A list whose length is not known at compile time may leave any key out. */
export type Fields<E extends EntityTypes, S> = S extends readonly unknown[]
  ? number extends S['length']
    ? Partial<Pick<E['row'], S[number] & keyof E['row']>>
    : Pick<E['row'], S[number] & keyof E['row']>
  : E['row']

type OptionOf<O, P extends string> = P extends keyof O ? O[P] : undefined

/** Null also where the relation is required: its row may be hidden from the caller. */
type IncludedValue<E extends EntityTypes, K extends keyof E['relations'], O> = RelationOf<
  E,
  K
>['many'] extends true
  ? OptionOf<O, 'count'> extends true
    ? number
    : RelatedRow<E, K, O>[]
  : RelatedRow<E, K, O> | null

type RelatedRow<E extends EntityTypes, K extends keyof E['relations'], O> = Result<
  RelationOf<E, K>['target'],
  OptionOf<O, 'select'>,
  OptionOf<O, 'include'>
>

type Included<E extends EntityTypes, I> = {
  [
    K in keyof I & keyof E['relations'] as I[K] extends false
      ? never
      : boolean extends I[K]
        ? never
        : K
  ]: IncludedValue<E, K, I[K]>
} & {
  [K in keyof I & keyof E['relations'] as boolean extends I[K] ? K : never]?: IncludedValue<
    E,
    K,
    true
  >
}

type Flat<T> = { [K in keyof T]: T[K] }

/** A row as `select` and `include` shape it. */
export type Result<E extends EntityTypes, S = undefined, I = undefined> = [keyof I] extends [never]
  ? Fields<E, S>
  : Flat<Fields<E, S> & Included<E, I>>

export interface Selection<E extends EntityTypes, S, I> {
  /** Only these fields; absent: every field the caller may read. */
  select?: S | undefined
  /** Related rows beside the row's own fields. */
  include?: (I & KnownInclude<E, I>) | undefined
}

export interface FindOptions<E extends EntityTypes, F, S, I> extends Selection<E, S, I> {
  filter?: F | undefined
  sort?: Sort<E['sort']> | undefined
  /** One row, the first by `sort`, for each combination of these fields. */
  distinct?: readonly E['sort'][] | undefined
}

export interface ListOptions<E extends EntityTypes, F, S, I> extends FindOptions<E, F, S, I> {
  /** 0 or more; the spec sets default and maximum. */
  limit?: number | undefined
  /** From 1; not beside `cursor`. */
  page?: number | undefined
  /** A page's `nextCursor`. */
  cursor?: string | undefined
  /** True: answer `total` too. */
  count?: boolean | undefined
}

export interface IterateOptions<E extends EntityTypes, F, S, I> extends Selection<E, S, I> {
  filter?: F | undefined
  sort?: Sort<E['sort']> | undefined
  /** Rows fetched at a time. */
  limit?: number | undefined
}

export interface SubscribeOptions<E extends EntityTypes, F, S, I> extends Selection<E, S, I> {
  filter?: F | undefined
  sort?: Sort<E['sort']> | undefined
  /** The view has at most so many rows; the spec sets default and maximum. */
  limit?: number | undefined
  /** The `eventId` that was told last, where one comes back. */
  lastEventId?: string | undefined
}

/** The fields of the primary key, which every row of a subscription has. */
export type KeyOf<E extends EntityTypes> = Pick<E['row'], keyof E['key'] & keyof E['row']>

export interface SearchOptions<E extends EntityTypes, F, S, I> extends ListOptions<E, F, S, I> {
  query: string
  /** Fields to search; absent: those of the spec, else every text. */
  fields?: readonly E['text'][] | undefined
}

export type ResultPage<E extends EntityTypes, S, I> = Page<Result<E, S, I>>
