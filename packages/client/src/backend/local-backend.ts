// The layers of this process over a store: the client's own, or an open transaction of it.
import {
  invalid,
  isDBALError,
  unsupported,
  type Adapter,
  type RunningOptions,
  type Capabilities,
  type DBALError,
  type Operation,
  type StopSignal,
} from '@proj/dbal-contract'
import type { Model } from '@proj/dbal-schema'
import type { FeedMember } from '../changes/feed.ts'
import type { ChangeSource, Wanted } from '../changes/feeds.ts'
import { explainOperation, type Explanation } from '../explain/explain-operation.ts'
import { finishError } from '../operation/finish-error.ts'
import { runOperation, type Caller } from '../operation/run-operation.ts'
import { followPages } from '../page/follow-pages.ts'
import type { Connection, Runtime } from '../runtime.ts'
import { demandNotWaiting } from '../transaction/held-levels.ts'
import { runTransaction } from '../transaction/run-transaction.ts'
import {
  outcomeOf,
  storeApplied,
  type TransactionOutcome,
} from '../idempotency/transaction-outcome.ts'
import { runKeyedBatch, type KeyedBatch } from '../idempotency/run-keyed-batch.ts'
import { readOptions } from '../operation/call-options.ts'
import { withDeadline } from '../operation/deadline.ts'
import type { Asker, Backend, ClientTransactionOptions } from './backend.ts'

const NESTED_KEY = {
  field: 'idempotencyKey',
  error: 'is for a transaction that stands in no other',
}

export class LocalBackend implements Backend {
  readonly #runtime: Runtime
  readonly #connection: Connection | undefined

  constructor(runtime: Runtime, connection?: Connection) {
    this.#runtime = runtime
    this.#connection = connection
  }

  get model(): Model {
    return this.#runtime.model
  }

  get adapter(): Adapter {
    return this.#runtime.adapter
  }

  get capabilities(): Capabilities {
    return this.#runtime.capabilities
  }

  get timeoutMs(): number {
    return this.#runtime.timeoutMs
  }

  call(
    asker: Asker,
    operation: Operation,
    options: RunningOptions | undefined,
    fault?: DBALError,
  ): Promise<unknown> {
    const call = this.#run(asker, operation, options, fault)
    this.#connection?.track?.(call)
    return call
  }

  async transaction<T>(
    { principal }: Asker,
    work: (inner: Backend) => Promise<T>,
    options: ClientTransactionOptions,
  ): Promise<T> {
    const connection = this.#connection
    const { idempotencyKey: key } = options
    try {
      if (key !== undefined && connection?.inTransaction === true) throw invalid([NESTED_KEY])
      const run = runTransaction(this.#runtime, connection, options, async (inner) => {
        const answer = await work(new LocalBackend(this.#runtime, inner))
        inner.demandOpen?.()
        if (key !== undefined) await storeApplied(this.#runtime, principal, inner.store, key)
        return answer
      })
      connection?.track?.(run)
      return await run
    } catch (error) {
      // What a nested transaction did is undone and its own affair; one that was refused did nothing.
      const refused = isDBALError(error) && error.code === 'CAPABILITY_NOT_SUPPORTED'
      if (refused) connection?.failed?.(error)
      throw error
    }
  }

  batch(
    asker: Asker,
    operations: readonly Operation[],
    { idempotencyKey: key, ...options }: ClientTransactionOptions,
  ): Promise<unknown[]> {
    const inOrder = async (inner: Backend): Promise<unknown[]> => {
      const answers: unknown[] = []
      for (const operation of operations)
        answers.push(await inner.call(asker, operation, undefined))
      return answers
    }
    if (key === undefined) return this.transaction(asker, inOrder, options)
    const batch = this.#keyedBatch(asker, operations, inOrder, { ...options, idempotencyKey: key })
    this.#connection?.track?.(batch)
    return batch
  }

  async outcomeOf(
    { principal }: Asker,
    key: string,
    options: RunningOptions,
  ): Promise<TransactionOutcome> {
    try {
      this.#connection?.demandOpen?.()
      if (this.#connection?.inTransaction === true)
        throw unsupported('transactions', 'outcomeOf inside a transaction')
      // One that is left out is none either.
      const given = { ...options, idempotencyKey: key ?? '' }
      const { idempotencyKey = key, timeoutMs, signal } = readOptions(given)
      return await withDeadline(
        (stop) => outcomeOf(this.#runtime, principal, idempotencyKey, stop),
        timeoutMs ?? this.#runtime.timeoutMs,
        signal,
      )
    } catch (error) {
      throw this.failed(error)
    }
  }

  pages(asker: Asker, operation: Operation, options: RunningOptions): AsyncIterable<unknown> {
    const { input = {} } = operation
    return followPages((asked) => this.call(asker, { ...operation, input: asked }, options), input)
  }

  async explain(asker: Asker, operation: Operation): Promise<Explanation> {
    try {
      return await explainOperation(this.#runtime, this.#caller(asker), operation)
    } catch (error) {
      throw this.failed(error)
    }
  }

  async attach(asker: Asker, wanted: Wanted, member: FeedMember): Promise<ChangeSource> {
    try {
      this.#connection?.demandOpen?.()
      if (this.#connection?.inTransaction === true)
        throw unsupported('changes', 'subscribe inside a transaction')
      return await this.#runtime.feeds.attach(this.#runtime, asker, wanted, member)
    } catch (error) {
      throw this.failed(error)
    }
  }

  watch(entities: ReadonlySet<string>, changed: () => void): () => void {
    return this.#runtime.notices.listen((written) => {
      if (written === undefined || [...written].some((name) => entities.has(name))) changed()
    })
  }

  failed(error: unknown): DBALError {
    const finished = finishError(error, this.#runtime.model)
    this.#connection?.failed?.(finished)
    return finished
  }

  #run(
    asker: Asker,
    operation: Operation,
    options: RunningOptions | undefined,
    fault: DBALError | undefined,
  ): Promise<unknown> {
    const connection = this.#connection
    // Its errors are finished, and there is nobody to tell of them.
    if (connection === undefined)
      return runOperation(this.#runtime, this.#caller(asker), operation, options, fault)
    return this.#runOn(connection, asker, operation, options, fault)
  }

  async #runOn(
    connection: Connection,
    asker: Asker,
    operation: Operation,
    options: RunningOptions | undefined,
    fault: DBALError | undefined,
  ): Promise<unknown> {
    try {
      connection.demandOpen?.()
      if (connection.inTransaction) demandNotWaiting(connection.store)
      return await runOperation(this.#runtime, this.#caller(asker), operation, options, fault)
    } catch (error) {
      throw this.failed(error)
    }
  }

  async #keyedBatch(
    asker: Asker,
    operations: readonly Operation[],
    inOrder: (inner: Backend) => Promise<unknown[]>,
    { isolation, timeoutMs: given, signal, idempotencyKey: key = '' }: ClientTransactionOptions,
  ): Promise<unknown[]> {
    const runtime = this.#runtime
    const caller = this.#caller(asker)
    const timeoutMs = given ?? runtime.timeoutMs
    try {
      this.#connection?.demandOpen?.()
      const inOwn = async (stop: StopSignal): Promise<unknown[]> => {
        let inner: LocalBackend | undefined
        const begin: KeyedBatch['begin'] = (work) =>
          runTransaction(
            runtime,
            undefined,
            { isolation, retry: false, timeoutMs, signal: stop },
            (connection) => {
              inner = new LocalBackend(runtime, connection)
              return work(connection.store)
            },
          )
        const run = (): Promise<unknown[]> =>
          inner === undefined
            ? this.transaction(asker, inOrder, { isolation, timeoutMs, signal: stop })
            : inOrder(inner)
        const call = (operation: Operation) => this.call(asker, operation, { signal: stop })
        const batch = { caller, operations, key, signal: stop, begin, run, call }
        return runKeyedBatch(runtime, batch)
      }
      return await withDeadline(inOwn, timeoutMs, signal)
    } catch (error) {
      throw this.failed(error)
    }
  }

  #caller({ principal, defaults }: Asker): Caller {
    const connection = this.#connection
    return {
      principal,
      store: connection?.store ?? this.#runtime.store,
      inTransaction: connection?.inTransaction ?? false,
      defaults,
    }
  }
}
