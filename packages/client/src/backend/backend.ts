// Where the calls of a scope go. A scope turns methods into operations; what runs them is behind this.
import type {
  Adapter,
  RunningOptions,
  Capabilities,
  DBALError,
  IsolationLevel,
  Operation,
  Principal,
  StopSignal,
} from '@proj/dbal-contract'
import type { Model } from '@proj/dbal-schema'
import type { FeedMember } from '../changes/feed.ts'
import type { ChangeSource, Wanted } from '../changes/feeds.ts'
import type { TransactionOutcome } from '../idempotency/transaction-outcome.ts'
import type { Explanation } from '../explain/explain-operation.ts'

export interface ClientTransactionOptions {
  readonly isolation?: IsolationLevel | undefined
  /** False: a serialisation failure is thrown instead of running the callback again. */
  readonly retry?: boolean | undefined
  /** Milliseconds, of all attempts together; 30 000 by default. */
  readonly timeoutMs?: number | undefined
  readonly signal?: StopSignal | undefined
  /** Stored with the commit, so that `outcomeOf` can tell of it; a batch with one is done once. */
  readonly idempotencyKey?: string | undefined
}

/** On whose behalf, and what all calls of that scope have in common. */
export interface Asker {
  readonly principal: Principal
  readonly defaults: RunningOptions
}

/** This process's own layers, a daemon, or an open transaction of either. */
export interface Backend {
  readonly model: Model
  readonly capabilities: Capabilities
  /** Milliseconds that a call has which says nothing of it. */
  readonly timeoutMs: number
  /**
   * Rejects with DBALError, finished. `options`: read already (`readOptions`). `fault`: why it is refused, where that
   * is known before.
   */
  call(
    asker: Asker,
    operation: Operation,
    options: RunningOptions | undefined,
    fault?: DBALError,
  ): Promise<unknown>
  /** Runs `work` on one connection. Rejects with a finished DBALError, or with what `work` throws. */
  transaction<T>(
    asker: Asker,
    work: (inner: Backend) => Promise<T>,
    options: ClientTransactionOptions,
  ): Promise<T>
  /** Operations in order, in one transaction; their answers. */
  batch(
    asker: Asker,
    operations: readonly Operation[],
    options: ClientTransactionOptions,
  ): Promise<unknown[]>
  /** Whether the transaction with that key was committed; after `none` it never will be. */
  outcomeOf(asker: Asker, key: string, options: RunningOptions): Promise<TransactionOutcome>
  /** The pages of a list from the one that is asked for, each when the one before it was taken. */
  pages(asker: Asker, operation: Operation, options: RunningOptions): AsyncIterable<unknown>
  explain(asker: Asker, operation: Operation): Promise<Explanation>
  /** What a subscription reads from; the member hears of it from before this resolves. */
  attach(asker: Asker, wanted: Wanted, member: FeedMember): Promise<ChangeSource>
  /** Of this process; absent where a daemon has it. */
  readonly adapter?: Adapter
  /**
   * Told when rows of these entities may have changed, here or in another process; answers what ends that.
   * Absent where a daemon has the entities.
   */
  watch?(entities: ReadonlySet<string>, changed: () => void): () => void
  /** The error as the caller gets it; an open transaction hears of it. */
  failed(error: unknown): DBALError
}

/** A backend and what it holds open. */
export interface OpenedBackend {
  readonly backend: Backend
  close(): Promise<void>
}
