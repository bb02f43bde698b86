// Notes which entities an operation touches beside its own: by a nested write, by an include, by what the
// database does to rows that hang on others. It stands between access control and the store for the time of one
// operation, and changes nothing.
import type {
  Include,
  Params,
  Query,
  QueryResult,
  RunOptions,
  Store,
  TransactionOptions,
} from '@proj/dbal-contract'
import type { Model } from '@proj/dbal-schema'
import type { AuditTrail } from './audit-trail.ts'
import { tellReached } from './reached-entities.ts'

export type Touch = 'create' | 'read' | 'update' | 'delete'

const TOUCHES = { insert: 'create', update: 'update', delete: 'delete' } as const

/** What was done to each entity. */
export type Touched = Map<string, Set<Touch>>

type Begin = Store['transaction']

export class TouchingStore implements Store {
  readonly store: Store
  readonly touched: Touched
  /** Of the transaction it runs in, if any. */
  readonly trail: AuditTrail | undefined
  readonly #model: Model
  readonly #begin: Begin | undefined

  /** @param begin how a transaction is begun, where that is not the store's affair alone */
  constructor(
    store: Store,
    model: Model,
    touched: Touched,
    trail: AuditTrail | undefined,
    begin?: Begin,
  ) {
    this.store = store
    this.#model = model
    this.touched = touched
    this.trail = trail
    this.#begin = begin
  }

  run(query: Query, params: Params, options?: RunOptions): Promise<QueryResult> {
    if (query.kind === 'select') this.#include(query.entity, query.include)
    else if (query.kind !== 'aggregate') this.#touch(query.entity, TOUCHES[query.kind])
    const work = (): Promise<QueryResult> => this.store.run(query, params, options)
    if (query.kind !== 'delete' && query.kind !== 'update') return work()
    const told = tellReached(this.store, this.#model, query, params, (...reached) => {
      this.#touch(...reached)
    })
    return told === undefined ? work() : told.then(work)
  }

  transaction<T>(work: (store: Store) => Promise<T>, options?: TransactionOptions): Promise<T> {
    if (this.#begin !== undefined) return this.#begin(work, options)
    return this.store.transaction(
      (store) => work(new TouchingStore(store, this.#model, this.touched, this.trail)),
      options,
    )
  }

  #include(entity: string, includes: readonly Include[] = []): void {
    for (const { query } of includes) {
      if (query.entity !== entity) this.#touch(query.entity, 'read')
      this.#include(query.entity, query.include)
    }
  }

  #touch(entity: string, touch: Touch): void {
    const known = this.touched.get(entity)
    if (known === undefined) this.touched.set(entity, new Set([touch]))
    else known.add(touch)
  }
}
