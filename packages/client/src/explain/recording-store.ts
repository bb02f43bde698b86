// A store that also writes down which statements went through it, without the values in them.
import type {
  Adapter,
  Params,
  Query,
  QueryResult,
  RunOptions,
  Store,
  TransactionOptions,
} from '@proj/dbal-contract'

export interface StatementReport {
  readonly query: Query['kind']
  readonly entity: string
  /** Absent on an engine without SQL. More than one where included rows are loaded by a statement of their own. */
  readonly sql?: readonly string[]
  /** Rows answered or touched. */
  readonly rows: number
}

export class RecordingStore implements Store {
  readonly #store: Store
  readonly #adapter: Adapter
  readonly #statements: StatementReport[]

  constructor(store: Store, adapter: Adapter, statements: StatementReport[]) {
    this.#store = store
    this.#adapter = adapter
    this.#statements = statements
  }

  async run(query: Query, params: Params, options?: RunOptions): Promise<QueryResult> {
    let rows = 0
    try {
      const result = await this.#store.run(query, params, options)
      rows = result.count
      return result
    } finally {
      const sql = this.#adapter.explain?.(query)
      const { kind, entity } = query
      this.#statements.push({ query: kind, entity, ...(sql === undefined ? {} : { sql }), rows })
    }
  }

  transaction<T>(work: (store: Store) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.#store.transaction(
      (store) => work(new RecordingStore(store, this.#adapter, this.#statements)),
      options,
    )
  }
}
