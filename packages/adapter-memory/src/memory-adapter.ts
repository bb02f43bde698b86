// The executable specification of a store: plain, obviously right, the oracle of the other adapters.
import {
  createGate,
  unavailable,
  unsupported,
  type Adapter,
  type Model,
  type Params,
  type Query,
  type QueryResult,
  type RunOptions,
  type Store,
  type TransactionOptions,
} from '@proj/dbal-contract'
import { CAPABILITIES } from './capabilities.ts'
import { Database } from './database.ts'
import { execute } from './executor.ts'
import { transact } from './transaction.ts'

/** An empty store for the model; what it holds ends with it. */
export function openMemory({ model }: { readonly model: Model }): Adapter {
  return new MemoryAdapter(model)
}

class MemoryAdapter implements Adapter {
  readonly name = 'memory'
  readonly capabilities = CAPABILITIES
  readonly #database: Database
  readonly #gate = createGate()
  #closed = false

  constructor(model: Model) {
    this.#database = new Database(model)
  }

  run(query: Query, params: Params, options?: RunOptions): Promise<QueryResult> {
    return this.#alone(() => execute(this.#database, query, params), options)
  }

  async transaction<T>(
    work: (store: Store) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T> {
    const isolation = options?.isolation
    if (isolation !== undefined && !CAPABILITIES.isolation.has(isolation))
      throw unsupported('transactions', `isolation ${isolation} is not available`)
    return this.#alone(() => transact(this.#database, work, options?.signal), options)
  }

  /** Waits for an open transaction; afterwards every call is refused. */
  close(): Promise<void> {
    this.#closed = true
    return this.#gate.run(() => undefined)
  }

  #alone<T>(work: () => Promise<T> | T, options: RunOptions | undefined): Promise<T> {
    return this.#gate.run(async () => {
      if (this.#closed) throw unavailable('the adapter is closed')
      try {
        return await work()
      } finally {
        this.#database.forget()
      }
    }, options?.signal)
  }
}
