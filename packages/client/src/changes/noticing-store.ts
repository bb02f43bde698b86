// Every write of a client that is committed passes here, right above the adapter; what was written is
// told when it is committed, and not at all when it is rolled back.
import {
  isDBALError,
  type Params,
  type Query,
  type QueryResult,
  type RunOptions,
  type Store,
  type TransactionOptions,
} from '@proj/dbal-contract'
import type { Notices } from './notices.ts'

export function noticingStore(store: Store, notices: Notices): Store {
  return new NoticingStore(store, (written) => notices.committed(written))
}

/** Queries that changed rows. */
type Written = ReadonlySet<Query>

class NoticingStore implements Store {
  readonly #store: Store
  readonly #tell: (written: Written) => void

  constructor(store: Store, tell: (written: Written) => void) {
    this.#store = store
    this.#tell = tell
  }

  run(query: Query, params: Params, options?: RunOptions): Promise<QueryResult> {
    const run = this.#store.run(query, params, options)
    return query.kind === 'select' || query.kind === 'aggregate' ? run : this.#write(query, run)
  }

  async transaction<T>(
    work: (store: Store) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T> {
    const written = new Set<Query>()
    let ended = false
    const add = (queries: Written): void => {
      for (const query of queries) written.add(query)
    }
    try {
      return await this.#store.transaction(async (inner) => {
        const answer = await work(new NoticingStore(inner, add))
        ended = true
        return answer
      }, options)
    } finally {
      // Also where the commit failed: its answer may be what was lost. Looking again is harmless.
      if (ended && written.size > 0) this.#tell(written)
    }
  }

  async #write(query: Query, run: Promise<QueryResult>): Promise<QueryResult> {
    try {
      const result = await run
      if (result.count > 0) this.#tell(new Set([query]))
      return result
    } catch (error) {
      if (!isDBALError(error) || !UNDONE.has(error.code)) this.#tell(new Set([query]))
      throw error
    }
  }
}

/** Codes that say for certain that nothing was written. */
const UNDONE: ReadonlySet<string> = new Set([
  'CONFLICT',
  'VALIDATION_ERROR',
  'SERIALIZATION_CONFLICT',
  'TX_ABORTED',
  'CAPABILITY_NOT_SUPPORTED',
])
