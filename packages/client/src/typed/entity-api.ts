// The accessor of an entity (`client.users`), typed. What each call does is in api.md; the runtime is
// the same for every entity.
import type { CallOptions } from '@proj/dbal-contract'
import type { ChangeEvent, Subscription } from '../changes/change-event.ts'
import type { AggregateAnswer, AggregateOptions, AggregateShape } from './aggregate-types.ts'
import type { EntityTypes, NoInputs, SystemInputs } from './entity-types.ts'
import type {
  FindOptions,
  Include,
  IterateOptions,
  ListOptions,
  Result,
  ResultPage,
  KeyOf,
  SearchOptions,
  Select,
  Selection,
  SubscribeOptions,
} from './selection-types.ts'

/** A change only of the row as it was read; otherwise CONFLICT. */
export interface UpdateGuards {
  /** The value of the entity's `optimistic_lock` field. */
  ifVersion?: number | bigint | undefined
  ifUnchangedSince?: Date | string | undefined
}

/** An empty filter needs `all: true`. */
export interface BulkOptions extends CallOptions {
  all?: boolean | undefined
}

type FilterOf<E extends EntityTypes, P extends SystemInputs> = E['filter'] & P['filter']
type CreateOf<E extends EntityTypes, P extends SystemInputs> = E['create'] & P['create']
type UpdateOf<E extends EntityTypes, P extends SystemInputs> = E['update'] & P['update']

/** A primary key's bare value, or the fields of any key. */
type UniqueOf<E extends EntityTypes, P extends SystemInputs> = E['id'] | E['unique'] | P['unique']

/**
 * `P` is what this caller may send beside the entity's own inputs. Every method rejects with DBALError;
 * what a caller's role may do is decided when it runs.
 */
export interface EntityApi<E extends EntityTypes, P extends SystemInputs = NoInputs> {
  /** The stored row, as far as the caller may see it. */
  create(data: CreateOf<E, P>, options?: CallOptions): Promise<E['row']>
  /** All or none; how many. */
  createMany(
    items: readonly (E['createMany'] & P['create'])[],
    options?: CallOptions,
  ): Promise<number>
  /** The row, or NOT_FOUND. */
  read<const S extends Select<E> | undefined = undefined, const I extends Include<E> = {}>(
    key: UniqueOf<E, P>,
    selection?: Selection<E, S, I> & CallOptions,
    options?: CallOptions,
  ): Promise<Result<E, S, I>>
  /** The row after the change, or NOT_FOUND. */
  update(
    key: E['id'] | E['key'],
    data: UpdateOf<E, P>,
    guards?: UpdateGuards & CallOptions,
    options?: CallOptions,
  ): Promise<E['row']>
  /** All or none; how many rows matched. */
  updateMany(
    filter: FilterOf<E, P>,
    data: E['updateMany'] & P['update'],
    options?: BulkOptions,
  ): Promise<number>
  /** The row after the change, or the created one; atomic. */
  upsert(
    input: {
      where: E['unique'] | P['unique']
      create: CreateOf<E, P>
      update: UpdateOf<E, P>
    },
    options?: CallOptions,
  ): Promise<E['row']>
  /** `true`, or NOT_FOUND. */
  delete(key: UniqueOf<E, P>, options?: CallOptions): Promise<true>
  /** All or none; how many. */
  deleteMany(filter: FilterOf<E, P>, options?: BulkOptions): Promise<number>
  list<const S extends Select<E> | undefined = undefined, const I extends Include<E> = {}>(
    input?: ListOptions<E, FilterOf<E, P>, S, I> & E['inputs']['list'],
    options?: CallOptions,
  ): Promise<ResultPage<E, S, I>>
  /** The first row, or undefined. */
  find<const S extends Select<E> | undefined = undefined, const I extends Include<E> = {}>(
    input?: FindOptions<E, FilterOf<E, P>, S, I> & E['inputs']['list'],
    options?: CallOptions,
  ): Promise<Result<E, S, I> | undefined>
  /** Every row, page by page. */
  iterate<const S extends Select<E> | undefined = undefined, const I extends Include<E> = {}>(
    input?: IterateOptions<E, FilterOf<E, P>, S, I> & E['inputs']['list'],
    options?: CallOptions,
  ): AsyncIterable<Result<E, S, I>>
  /** The answer of `list` and, as it changes, what enters, changes and leaves it. */
  subscribe<const S extends Select<E> | undefined = undefined, const I extends Include<E> = {}>(
    input?: SubscribeOptions<E, FilterOf<E, P>, S, I> & E['inputs']['list'],
    options?: CallOptions,
  ): Subscription<ChangeEvent<Result<E, S, I> & KeyOf<E>, KeyOf<E>>>
  exists(
    input?: { filter?: FilterOf<E, P> | undefined } & E['inputs']['list'],
    options?: CallOptions,
  ): Promise<boolean>
  search<const S extends Select<E> | undefined = undefined, const I extends Include<E> = {}>(
    input: string | (SearchOptions<E, FilterOf<E, P>, S, I> & E['inputs']['search']),
    options?: CallOptions,
  ): Promise<ResultPage<E, S, I>>
  count(
    input?: { filter?: FilterOf<E, P> | undefined } & E['inputs']['count'],
    options?: CallOptions,
  ): Promise<number>
  aggregate<
    const G extends AggregateShape<E>['groupBy'] = readonly [],
    const C extends boolean | undefined = undefined,
    const Su extends AggregateShape<E>['sum'] = readonly [],
    const Av extends AggregateShape<E>['avg'] = readonly [],
    const Mi extends AggregateShape<E>['min'] = readonly [],
    const Ma extends AggregateShape<E>['max'] = readonly [],
  >(
    input?: AggregateOptions<
      E,
      FilterOf<E, P>,
      { groupBy: G; count: C; sum: Su; avg: Av; min: Mi; max: Ma }
    > &
      E['inputs']['aggregate'],
    options?: CallOptions,
  ): Promise<AggregateAnswer<E, { groupBy: G; count: C; sum: Su; avg: Av; min: Mi; max: Ma }>>
}

/** The accessor as the system principal has it. */
export type SystemApi<E extends EntityTypes> = EntityApi<E, E['system']>
