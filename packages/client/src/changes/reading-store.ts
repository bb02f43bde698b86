// Notes which entities the queries of one list look at. It changes nothing.
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
import { readEntities } from './read-entities.ts'

const known = new PlanCache<ReadonlySet<string>>()

export class ReadingStore implements Store {
  readonly read: Set<string>
  readonly #store: Store
  readonly #model: Model

  constructor(store: Store, model: Model, read = new Set<string>()) {
    this.#store = store
    this.#model = model
    this.read = read
  }

  run(query: Query, params: Params, options?: RunOptions): Promise<QueryResult> {
    if (query.kind === 'select' || query.kind === 'aggregate')
      for (const entity of known.get(query, '', () => readEntities(this.#model, query)))
        this.read.add(entity)
    return this.#store.run(query, params, options)
  }

  transaction<T>(work: (store: Store) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.#store.transaction(
      (store) => work(new ReadingStore(store, this.#model, this.read)),
      options,
    )
  }
}
