// Rows past their time to live and rows deleted softly do not exist for anyone, rules included. This
// layer stands below access control and folds that into every query.
import type {
  Params,
  Query,
  QueryResult,
  RunOptions,
  Store,
  TransactionOptions,
} from '@proj/dbal-contract'
import { PlanCache } from '@proj/dbal-policy'
import type { Model } from '@proj/dbal-schema'
import { byModel } from '@proj/dbal-schema/model'
import { foldLiving, isMortal, type Living } from './fold-living.ts'

/** The store itself when no entity has `ttl` or `soft_delete`. */
export function liveStore(store: Store, model: Model, now: () => Date): Store {
  const mortal = [...model.entities.values()].some(isMortal)
  return mortal ? new LiveStore(store, model, now, plansOf(model)) : store
}

const plansOf = byModel(() => new PlanCache<Living>())

class LiveStore implements Store {
  readonly #store: Store
  readonly #model: Model
  readonly #now: () => Date
  readonly #plans: PlanCache<Living>

  constructor(store: Store, model: Model, now: () => Date, plans: PlanCache<Living>) {
    this.#store = store
    this.#model = model
    this.#now = now
    this.#plans = plans
  }

  run(query: Query, params: Params, options?: RunOptions): Promise<QueryResult> {
    if (query.kind === 'insert' || (query.kind === 'select' && query.gone === true))
      return this.#store.run(query, params, options)
    const live = this.#plans.get(query, '', () => foldLiving(query, this.#model))
    if (live.clocks.length === 0) return this.#store.run(live.query, params, options)
    const all = params.slice(0, live.base)
    while (all.length < live.base) all.push(undefined)
    const now = this.#now()
    for (const clock of live.clocks) all.push(clock === 'bigint' ? BigInt(now.getTime()) : now)
    return this.#store.run(live.query, all, options)
  }

  transaction<T>(work: (store: Store) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.#store.transaction(
      (store) => work(new LiveStore(store, this.#model, this.#now, this.#plans)),
      options,
    )
  }
}
