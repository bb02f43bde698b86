// A transaction that a daemon holds open on one connection. When that is lost, so is all that was done in it.
import {
  DBALError,
  isDBALError,
  type RunningOptions,
  type IsolationLevel,
} from '@proj/dbal-contract'
import type { JsonValue, Model } from '@proj/dbal-schema'
import { METHODS } from '../protocol/handshake.ts'
import { decodeAnswer, encodeCall, metaOf, type Call } from './calls.ts'
import type { Channel } from './channel.ts'
import { PendingRequest, type RequestInit } from './pending-request.ts'

export interface RemoteTransactionOptions {
  readonly isolation?: IsolationLevel | undefined
  /** Milliseconds, of the whole. */
  readonly timeoutMs: number
  /** Stored with the commit. */
  readonly key?: string | undefined
}

interface Begin extends RemoteTransactionOptions {
  /** Asked where the answer to a commit with a key is lost. */
  readonly outcomeOf?: ((key: string) => Promise<'applied' | 'none'>) | undefined
  readonly parent?: RemoteTransaction | undefined
}

/** Unique within a connection, which is all that shares them. */
let lastTransaction = 0

export class RemoteTransaction {
  readonly #model: Model
  readonly #connection: Channel
  readonly #name: string
  readonly #until: number
  #ended = false
  #cause: DBALError | undefined

  readonly #options: Begin

  private constructor(model: Model, connection: Channel, options: Begin) {
    this.#model = model
    this.#connection = connection
    this.#options = options
    lastTransaction += 1
    this.#name = `t${lastTransaction}`
    this.#until = performance.now() + options.timeoutMs
  }

  /** Rejects with CAPABILITY_NOT_SUPPORTED for an isolation, or a nesting, that the engine does not have. */
  static async begin(
    model: Model,
    connection: Channel,
    options: Begin,
  ): Promise<RemoteTransaction> {
    const opened = new RemoteTransaction(model, connection, options)
    const { parent, isolation, key } = options
    const params = {
      tx: opened.#name,
      ...(parent === undefined ? {} : { parent: parent.#name }),
      ...(isolation === undefined ? {} : { isolation }),
    }
    await opened.#ask(METHODS.BEGIN, params, 'lost', key === undefined ? {} : { key })
    return opened
  }

  async call(call: Call, options: RunningOptions): Promise<unknown> {
    const { method, params, misfits } = encodeCall(this.#model, call)
    const answer = await this.#request({
      method,
      params,
      meta: {
        tx: this.#name,
        ...metaOf(options),
        ...(misfits === undefined ? {} : { misfits }),
        ...(options.idempotencyKey === undefined ? {} : { key: options.idempotencyKey }),
      },
      whenLost: 'lost',
      timeoutMs: options.timeoutMs ?? this.#timeLeft,
      signal: options.signal,
    })
    return decodeAnswer(this.#model, call, answer)
  }

  begin(options: RemoteTransactionOptions): Promise<RemoteTransaction> {
    this.#demandOpen()
    return RemoteTransaction.begin(this.#model, this.#connection, { ...options, parent: this })
  }

  /**
   * Where the answer is lost it is asked for by the key; without one, or an answer to that, it rejects with
   * OUTCOME_UNKNOWN.
   */
  async commit(): Promise<void> {
    this.#demandOpen()
    this.#ended = true
    const { parent, key, outcomeOf } = this.#options
    try {
      // A nested one is gone with its outermost.
      await this.#ask(METHODS.COMMIT, { tx: this.#name }, parent === undefined ? 'unknown' : 'lost')
    } catch (error) {
      const isUnknown = isDBALError(error) && error.outcome === 'unknown'
      if (!isUnknown || key === undefined || outcomeOf === undefined) throw error
      const outcome = await outcomeOf(key).catch(() => undefined)
      if (outcome === undefined) throw error
      if (outcome === 'none') throw lost(error)
    }
  }

  /** What was asked in it failed unsent, so that the daemon cannot know: nothing of it is committed (TX-3). */
  poison(cause: DBALError): void {
    this.#cause ??= cause
  }

  /** Never rejects: without a connection there is nothing left to undo. */
  async rollback(): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    await this.#ask(METHODS.ROLLBACK, { tx: this.#name }).catch(() => {})
  }

  get #timeLeft(): number {
    return Math.max(1, this.#until - performance.now())
  }

  #ask(
    method: string,
    params: Readonly<Record<string, JsonValue>>,
    whenLost: RequestInit['whenLost'] = 'lost',
    meta: RequestInit['meta'] = {},
  ): Promise<JsonValue> {
    return this.#send({ method, params, meta, whenLost, timeoutMs: this.#timeLeft })
  }

  async #request(init: RequestInit): Promise<JsonValue> {
    this.#demandOpen()
    return this.#send(init)
  }

  #send(init: RequestInit): Promise<JsonValue> {
    const request = new PendingRequest(init)
    if (this.#connection.isLost) request.reject(lost())
    else if (!request.settled) this.#connection.send(request)
    return request.answer
  }

  #demandOpen(): void {
    if (this.#ended)
      throw new DBALError('TX_LOST', { details: { reason: 'the transaction has ended' } })
    if (this.#cause !== undefined)
      throw new DBALError('TX_ABORTED', { cause: this.#cause, outcome: 'none' })
  }
}

/** Nothing of it is stored. */
function lost(cause?: unknown): DBALError {
  const details = { reason: 'the connection was lost' }
  return new DBALError('TX_LOST', { details, outcome: 'none', cause })
}
