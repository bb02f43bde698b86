// Transactions over the log of changes. Each level has its own gate, so that calls on the outer level
// wait for a nested one to end. Whose turn it is outside is memory-adapter.ts's business.
import {
  createGate,
  DBALError,
  throwIfAborted,
  transactionEnded,
  untilAborted,
  type Params,
  type Query,
  type QueryResult,
  type RunOptions,
  type Store,
  type TransactionOptions,
  type StopSignal,
} from '@proj/dbal-contract'
import type { Database } from './database.ts'
import { execute } from './executor.ts'

/** Runs `work` and keeps its changes, or takes them all back. The caller holds the turn. */
export async function transact<T>(
  database: Database,
  work: (store: Store) => Promise<T>,
  signal: StopSignal | undefined,
  outer?: TransactionStore,
): Promise<T> {
  const mark = database.mark()
  const store = new TransactionStore(database, signal, outer)
  try {
    const result = await untilAborted(work(store), signal)
    await store.commit()
    return result
  } catch (error) {
    // When an outer level was rolled back meanwhile, there is nothing left to take back here.
    if (outer?.isOpen() !== false) database.rollback(mark)
    throw error
  } finally {
    store.close()
  }
}

export class TransactionStore implements Store {
  readonly #database: Database
  readonly #signal: StopSignal | undefined
  readonly #outer: TransactionStore | undefined
  readonly #gate = createGate()
  #open = true
  #poisoned = false

  constructor(database: Database, signal: StopSignal | undefined, outer?: TransactionStore) {
    this.#database = database
    this.#signal = signal
    this.#outer = outer
  }

  async run(query: Query, params: Params, options?: RunOptions): Promise<QueryResult> {
    try {
      return await this.#gate.run(() => this.#execute(query, params), options?.signal)
    } catch (error) {
      // A call that gave up while it waited has failed too.
      this.#poisoned = true
      throw error
    }
  }

  transaction<T>(work: (store: Store) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.#gate.run(() => {
      this.#demandUsable()
      return transact(this.#database, work, options?.signal, this)
    }, options?.signal)
  }

  isOpen(): boolean {
    return this.#open && this.#outer?.isOpen() !== false
  }

  /** Waits for nested transactions that nobody awaited. Throws TX_ABORTED when a step has failed. */
  commit(): Promise<void> {
    return this.#gate.run(() => {
      this.#demandUsable()
      this.close()
    }, this.#signal)
  }

  close(): void {
    this.#open = false
  }

  #execute(query: Query, params: Params): QueryResult {
    this.#demandUsable()
    try {
      return execute(this.#database, query, params)
    } catch (error) {
      // Before the turn passes on: the next in line may be the commit.
      this.#poisoned = true
      throw error
    }
  }

  #demandUsable(): void {
    if (this.#outer !== undefined) this.#outer.#demandUsable()
    if (!this.isOpen()) throw transactionEnded()
    throwIfAborted(this.#signal)
    if (this.#poisoned) throw new DBALError('TX_ABORTED')
  }
}
