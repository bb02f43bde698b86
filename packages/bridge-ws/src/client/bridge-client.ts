// The client's half: operations of the Model to a daemon and back.
import {
  decodeRow,
  encodeInput,
  invalid,
  isPlainObject,
  untilAborted,
  type RunningOptions,
  type StopSignal,
} from '@proj/dbal-contract'
import type { Entity, JsonValue, Model } from '@proj/dbal-schema'
import { METHODS, type Welcome } from '../protocol/handshake.ts'
import {
  decodeAnswer,
  encodeCall,
  metaOf,
  requestOf,
  type Call,
  type CallDefaults,
} from './calls.ts'
import { Link, type LinkOptions } from './link.ts'
import { readItems } from './read-items.ts'
import { RemoteTransaction, type RemoteTransactionOptions } from './remote-transaction.ts'

export interface BridgeClientOptions extends LinkOptions, CallDefaults {}

export interface BatchOptions {
  readonly isolation?: string | undefined
  readonly timeoutMs?: number | undefined
  readonly signal?: StopSignal | undefined
  readonly idempotencyKey?: string | undefined
}

/** Pages that may be on the way; each may be large. */
const PAGE_WINDOW = 2
const EVENT_WINDOW = 64

export class BridgeClient {
  readonly #link: Link
  readonly #defaults: CallDefaults

  constructor(options: BridgeClientOptions) {
    this.#link = new Link(options)
    this.#defaults = options
  }

  /** What a daemon said of itself last; each connection and each login brings another answer. */
  get told(): Welcome | undefined {
    return this.#link.told
  }

  /** What the daemon says of itself. Rejects where it cannot be reached, or refuses. */
  welcome(): Promise<Welcome> {
    return this.#link.welcome()
  }

  /** Says hello again, with the token of now. */
  renew(): Promise<void> {
    return this.#link.renew()
  }

  /** Throws, or rejects with, DBALError. */
  call(model: Model, call: Call, options: RunningOptions): Promise<unknown> {
    const answer = this.#link.request(requestOf(model, call, options, this.#defaults))
    return answer.then((json) => decodeAnswer(model, call, json))
  }

  /** In order, in one transaction and one message. */
  async batch(model: Model, calls: readonly Call[], options: BatchOptions): Promise<unknown[]> {
    const { idempotencyKey, isolation, signal } = options
    const key = idempotencyKey ?? this.#defaults.makeKey?.()
    const answers = await this.#link.request({
      method: METHODS.BATCH,
      params: {
        operations: calls.map((call) => ({ ...encodeCall(model, call) })),
        ...(isolation === undefined ? {} : { isolation }),
      },
      meta: key === undefined ? {} : { key },
      whenLost: key === undefined ? 'unknown' : 'again',
      timeoutMs: options.timeoutMs ?? this.#defaults.timeoutMs,
      signal,
    })
    return (answers as readonly JsonValue[]).map((answer, i) =>
      decodeAnswer(model, calls[i] as Call, answer),
    )
  }

  /** Asked again until it is answered, of whichever daemon answers. */
  async outcomeOf(options: {
    readonly idempotencyKey: string
    readonly timeoutMs: number
    readonly signal?: StopSignal | undefined
  }): Promise<'applied' | 'none'> {
    const { idempotencyKey: key, timeoutMs, signal } = options
    const request = { method: METHODS.OUTCOME, params: {}, meta: { key } }
    const answer = await this.#link.request({ ...request, whenLost: 'again', timeoutMs, signal })
    return isPlainObject(answer) && answer['outcome'] === 'applied' ? 'applied' : 'none'
  }

  /** The pages of a list, one after the other. */
  async *pages(model: Model, call: Call, options: RunningOptions): AsyncGenerator<unknown> {
    const { streams } = await untilAborted(this.#link.connection(), options.signal)
    const pages = streams
      ? this.#streamPages(model, call, options)
      : this.#askForPages(model, call, options)
    for await (const page of pages) yield decodeAnswer(model, call, page)
  }

  #streamPages(model: Model, call: Call, options: RunningOptions): AsyncGenerator<JsonValue> {
    const { method, params, misfits } = encodeCall(model, call)
    return readItems(this.#link, {
      method: METHODS.STREAM,
      paramsAfter: (last) => ({
        method,
        params: following(params, last),
        ...(misfits === undefined ? {} : { misfits }),
        ...metaOf(options),
      }),
      signal: options.signal,
      window: PAGE_WINDOW,
    })
  }

  async *#askForPages(
    model: Model,
    call: Call,
    options: RunningOptions,
  ): AsyncGenerator<JsonValue> {
    const first = requestOf(model, call, options, this.#defaults)
    let { params } = first
    for (;;) {
      const page = await this.#link.request({ ...first, params })
      yield page
      if (!isPlainObject(page) || page['hasMore'] !== true) return
      params = following(params, page)
    }
  }

  /** The events of a live query, from after the last one that was seen. */
  async *subscribe(
    model: Model,
    entity: Entity,
    input: Readonly<Record<string, unknown>>,
    options: RunningOptions,
  ): AsyncGenerator<unknown> {
    const list = entity.operations.get('list')
    if (list === undefined) throw invalid([{ field: 'entity', error: 'cannot be listed' }])
    const { params, misfits } = encodeInput(model, entity, list, input)
    const events = readItems(this.#link, {
      method: METHODS.SUBSCRIBE,
      paramsAfter: (last) => ({
        entity: entity.name,
        input: { ...params, ...lastEventOf(last) },
        ...(misfits ? { misfits } : {}),
      }),
      signal: options.signal,
      window: EVENT_WINDOW,
    })
    for await (const event of events) yield decodeEvent(model, entity, event)
  }

  /** On the connection of the moment. */
  async begin(model: Model, options: RemoteTransactionOptions): Promise<RemoteTransaction> {
    const { key = this.#defaults.makeKey?.(), timeoutMs } = options
    const outcomeOf = (idempotencyKey: string) => this.outcomeOf({ idempotencyKey, timeoutMs })
    const connection = await this.#link.connection()
    return RemoteTransaction.begin(model, connection, { ...options, key, outcomeOf })
  }

  close(): Promise<void> {
    return this.#link.close()
  }
}

function following(
  params: Readonly<Record<string, JsonValue>>,
  last: JsonValue | undefined,
): Readonly<Record<string, JsonValue>> {
  if (!isPlainObject(last)) return params
  const { nextCursor, page } = last
  if (typeof nextCursor === 'string') {
    const { page: _, ...rest } = params
    return { ...rest, cursor: nextCursor }
  }
  return typeof page === 'number' ? { ...params, page: page + 1 } : params
}

function lastEventOf(last: JsonValue | undefined): { readonly lastEventId?: string } {
  const id = isPlainObject(last) ? last['eventId'] : undefined
  return typeof id === 'string' ? { lastEventId: id } : {}
}

function decodeEvent(model: Model, { name }: Entity, event: JsonValue): unknown {
  if (!isPlainObject(event)) return event
  const decode = (row: unknown): unknown => decodeRow(model, name, row as JsonValue)
  const { row, rows, key, ...rest } = event
  return {
    ...rest,
    ...(rows === undefined ? {} : { rows: (rows as readonly unknown[]).map(decode) }),
    ...(row === undefined ? {} : { row: decode(row) }),
    ...(key === undefined ? {} : { key: decode(key) }),
  }
}
