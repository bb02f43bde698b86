// A daemon in the place of the layers: it has the database, the rules and the audit log, and knows who this
// is by the token. What is left to do here is to name things and to hand on.
import {
  type StopSignal,
  invalid,
  isDBALError,
  isPlainObject,
  unsupported,
  type RunningOptions,
  type Capabilities,
  type DBALError,
  type Operation,
  type Principal,
} from '@proj/dbal-contract'
import type { BridgeClient, Call, RemoteTransaction } from '@proj/dbal-bridge-ws'
import type { Model } from '@proj/dbal-schema'
import type { FeedMember } from '../changes/feed.ts'
import type { ChangeSource, Wanted } from '../changes/feeds.ts'
import { openRemoteSource } from '../changes/remote-source.ts'
import type { EventHub } from '../events.ts'
import type { Explanation } from '../explain/explain-operation.ts'
import type { TransactionOutcome } from '../idempotency/transaction-outcome.ts'
import { mergeOptions, readOptions } from '../operation/call-options.ts'
import { withDeadline } from '../operation/deadline.ts'
import { demandOperation } from '../operation/demand-operation.ts'
import { finishError } from '../operation/finish-error.ts'
import { newRequestId } from '../operation/request-id.ts'
import { resolveEntity, resolveOperation } from '../operation/resolve-operation.ts'
import { followPages } from '../page/follow-pages.ts'
import { runAgain } from '../transaction/run-again.ts'
import type { Asker, Backend, ClientTransactionOptions } from './backend.ts'
import type { RemoteContract } from './remote-contract.ts'

export interface RemoteSetting {
  readonly bridge: BridgeClient
  readonly contract: () => RemoteContract
  /** The one principal that the daemon knows this client as. */
  readonly principal: Principal
  readonly timeoutMs: number
  readonly events: EventHub
}

export class RemoteBackend implements Backend {
  readonly #setting: RemoteSetting
  readonly #transaction: RemoteTransaction | undefined

  constructor(setting: RemoteSetting, transaction?: RemoteTransaction) {
    this.#setting = setting
    this.#transaction = transaction
  }

  get model(): Model {
    return this.#setting.contract().model
  }

  get capabilities(): Capabilities {
    return this.#setting.contract().capabilities
  }

  get timeoutMs(): number {
    return this.#setting.timeoutMs
  }

  // Not an async function: each call comes by here.
  call(
    asker: Asker,
    asked: Operation,
    given: RunningOptions | undefined,
    fault?: DBALError,
  ): Promise<unknown> {
    const { events } = this.#setting
    const started = events.active ? performance.now() : 0
    let options = asker.defaults
    const fail = async (cause: unknown): Promise<never> => {
      // What the daemon answers has an id, and it knows of it.
      if (isDBALError(cause) && cause.requestId === undefined) this.#transaction?.poison(cause)
      const known = isPlainObject(asked) ? asked : undefined
      const error = finishError(cause, this.model, known, options.requestId)
      if (events.active) this.#report(known, error.requestId ?? '', started, error)
      throw error
    }
    try {
      if (fault !== undefined) throw fault
      if (given !== undefined) options = mergeOptions(options, given)
      const answer = this.#call(asker, asked, options)
      if (!events.active) return answer.catch(fail)
      const report = (value: unknown): unknown => {
        this.#report(asked, options.requestId ?? newRequestId(), started)
        return value
      }
      return answer.then(report, fail)
    } catch (cause) {
      return fail(cause)
    }
  }

  async transaction<T>(
    asker: Asker,
    work: (inner: Backend) => Promise<T>,
    { isolation, retry, timeoutMs: given, signal, idempotencyKey: key }: ClientTransactionOptions,
  ): Promise<T> {
    const { model } = this
    const timeoutMs = given ?? this.#setting.timeoutMs
    try {
      this.#demandOwn(asker)
      const once = retry === false || this.#transaction !== undefined
      return await withDeadline(
        (stop) =>
          runAgain(model, once ? 0 : model.errors.retry.maxRetries, stop, () =>
            this.#runOnce(work, { isolation, timeoutMs, key }, stop),
          ),
        timeoutMs,
        signal,
      )
    } catch (error) {
      throw error instanceof Error && error.name === 'DBALError' ? this.failed(error) : error
    }
  }

  async batch(
    asker: Asker,
    operations: readonly Operation[],
    options: ClientTransactionOptions,
  ): Promise<unknown[]> {
    const { model } = this
    const { bridge } = this.#setting
    try {
      this.#demandOwn(asker)
      const calls = operations.map((operation) => this.#resolve(operation))
      if (this.#transaction === undefined) return await bridge.batch(model, calls, options)
      // One in a transaction is a savepoint, as it is in process.
      return await this.transaction(
        asker,
        async (inner) => {
          const answers: unknown[] = []
          for (const operation of operations)
            answers.push(await inner.call(asker, operation, undefined))
          return answers
        },
        options,
      )
    } catch (error) {
      throw this.failed(error)
    }
  }

  async outcomeOf(asker: Asker, key: string, options: RunningOptions): Promise<TransactionOutcome> {
    try {
      this.#demandOwn(asker)
      const { bridge, timeoutMs: usual } = this.#setting
      const { timeoutMs = usual, signal } = readOptions({ ...options, idempotencyKey: key })
      return await bridge.outcomeOf({ idempotencyKey: key, timeoutMs, signal })
    } catch (error) {
      throw this.failed(error)
    }
  }

  async *pages(
    asker: Asker,
    asked: Operation,
    given: RunningOptions,
  ): AsyncGenerator<unknown, void, undefined> {
    try {
      this.#demandOwn(asker)
      const { model } = this
      const { bridge } = this.#setting
      const options = mergeOptions(asker.defaults, given)
      const { input = {} } = asked
      // What is streamed stands beside transactions.
      if (this.#transaction === undefined) yield* bridge.pages(model, this.#resolve(asked), options)
      else yield* followPages((next) => this.call(asker, { ...asked, input: next }, options), input)
    } catch (error) {
      throw this.failed(error)
    }
  }

  async attach(asker: Asker, wanted: Wanted, member: FeedMember): Promise<ChangeSource> {
    this.#demandOwn(asker)
    if (this.#transaction !== undefined) throw unsupported('changes', 'subscribe in a transaction')
    const { model } = this
    const { bridge } = this.#setting
    const entity = resolveEntity(model, wanted.entity)
    const { input = {}, options } = wanted
    if (!isPlainObject(input)) throw invalid([{ field: 'input', error: 'must be an object' }])
    const events = bridge.subscribe(model, entity, input, mergeOptions(asker.defaults, options))
    return openRemoteSource(events, {
      wake: () => member.wake(),
      end: (error) => member.end(error === undefined ? undefined : this.failed(error)),
    })
  }

  async explain(): Promise<Explanation> {
    throw this.failed(unsupported('explain', 'explain is for development'))
  }

  failed(error: unknown): DBALError {
    return finishError(error, this.model)
  }

  /** Throws, or rejects with, DBALError. */
  #call(asker: Asker, asked: Operation, options: RunningOptions): Promise<unknown> {
    this.#demandOwn(asker)
    const { model } = this
    const { bridge, timeoutMs } = this.#setting
    const call = this.#resolve(asked)
    if (this.#transaction === undefined) return bridge.call(model, call, { timeoutMs, ...options })
    return this.#transaction.call(call, options)
  }

  async #runOnce<T>(
    work: (inner: Backend) => Promise<T>,
    options: {
      readonly isolation: ClientTransactionOptions['isolation']
      readonly timeoutMs: number
      readonly key: string | undefined
    },
    signal: StopSignal,
  ): Promise<T> {
    const { model } = this
    const { bridge } = this.#setting
    const opened =
      this.#transaction === undefined
        ? await bridge.begin(model, options)
        : await this.#transaction.begin(options)
    const undo = (): void => void opened.rollback()
    signal.addEventListener('abort', undo, { once: true })
    try {
      const answer = await work(new RemoteBackend(this.#setting, opened))
      signal.throwIfAborted()
      await opened.commit()
      return answer
    } finally {
      signal.removeEventListener('abort', undo)
      await opened.rollback()
    }
  }

  /** Throws VALIDATION_ERROR. */
  #resolve(asked: Operation): Call {
    demandOperation(asked)
    const entity = resolveEntity(this.model, asked.entity)
    const operation = resolveOperation(entity, asked.action)
    const input: unknown = asked.input ?? {}
    if (!isPlainObject(input)) throw invalid([{ field: 'input', error: 'must be an object' }])
    return { entity, operation, input }
  }

  /** Throws CAPABILITY_NOT_SUPPORTED: who this is, the daemon alone decides. */
  #demandOwn({ principal }: Asker): void {
    if (principal !== this.#setting.principal)
      throw unsupported(
        'as',
        'a daemon knows its caller by the token: as() and system() are in process',
      )
  }

  #report(
    asked: Partial<Operation> = {},
    requestId: string,
    started: number,
    error?: DBALError,
  ): void {
    const { entity = '', action = '' } = asked
    const durationMs = performance.now() - started
    this.#setting.events.emit({ entity, action, requestId, durationMs, error })
  }
}
