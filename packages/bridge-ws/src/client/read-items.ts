// Items that a daemon sends as fast as they are taken. When the connection is lost, the rest is asked for
// again from where the last item stood.
import { CallSignal, type DBALError, type StopSignal } from '@proj/dbal-contract'
import type { JsonValue } from '@proj/dbal-schema'
import { METHODS } from '../protocol/handshake.ts'
import { isResumable } from '../protocol/resumable.ts'
import type { Channel } from './channel.ts'
import type { Link } from './link.ts'
import type { RequestInit } from './pending-request.ts'

export interface Items {
  readonly method: string
  /** Of the request, from after the last item that was taken. */
  paramsAfter(last: JsonValue | undefined): Readonly<Record<string, JsonValue>>
  readonly signal?: StopSignal | undefined
  /** Items that may be on the way. */
  readonly window: number
}

/** As long as a timer can be: what is streamed has no deadline of its own. */
const NO_TIMEOUT_MS = 2 ** 31 - 1_000

export async function* readItems(link: Link, items: Items): AsyncGenerator<JsonValue> {
  let last: JsonValue | undefined
  for (;;) {
    const reading = new Reading(link, items, last)
    try {
      for (;;) {
        const item = await reading.next()
        if (item === undefined) return
        last = item
        yield item
        reading.taken()
      }
    } catch (error) {
      // Whoever closes the client ends what it reads (SUB-6).
      if (link.isClosed) return
      if (!reading.wasLost(error)) throw error
    } finally {
      reading.stop()
    }
  }
}

/** One request for items, until it or its connection ends. */
class Reading {
  readonly #arrived: JsonValue[] = []
  readonly #own = new CallSignal()
  readonly #outer: StopSignal | undefined
  readonly #window: number
  #taken = 0
  #ended = false
  #error: DBALError | undefined
  #wake: () => void = () => {}
  #at: { readonly connection: Channel; readonly id: string | number } | undefined

  constructor(
    link: Link,
    { method, paramsAfter, signal, window }: Items,
    last: JsonValue | undefined,
  ) {
    this.#window = window
    this.#outer = signal
    signal?.addEventListener('abort', this.#stopped)
    if (signal?.aborted === true) this.#stopped()
    const init: RequestInit = {
      method,
      params: { ...paramsAfter(last), credit: window },
      meta: {},
      whenLost: 'over',
      timeoutMs: NO_TIMEOUT_MS,
      signal: this.#own,
    }
    const request = link.submit(
      init,
      (item) => {
        this.#arrived.push(item)
        this.#wake()
      },
      (connection, id) => {
        this.#at = { connection, id }
      },
    )
    request.answer.then(
      () => this.#end(undefined),
      (error: unknown) => this.#end(error as DBALError),
    )
  }

  /** Undefined at the end. Rejects with what ended it before. */
  async next(): Promise<JsonValue | undefined> {
    for (;;) {
      const item = this.#arrived.shift()
      if (item !== undefined) return item
      if (this.#error !== undefined) throw this.#error
      if (this.#ended) return undefined
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** Makes room for more, half a window at a time. */
  taken(): void {
    this.#taken += 1
    if (this.#taken * 2 < this.#window || this.#at === undefined) return
    const { connection, id } = this.#at
    connection.notify(METHODS.CREDIT, { id, n: this.#taken })
    this.#taken = 0
  }

  wasLost(error: unknown): boolean {
    return error === this.#error && isResumable(error)
  }

  stop(): void {
    this.#outer?.removeEventListener('abort', this.#stopped)
    if (!this.#ended) this.#own.abort(undefined)
  }

  readonly #stopped = (): void => this.#own.abort(this.#outer?.reason)

  #end(error: DBALError | undefined): void {
    this.#ended = true
    this.#error = error
    this.#wake()
  }
}
