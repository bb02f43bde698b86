// Items to a client that says how many it takes: a stream of pages, or a subscription. The connection's own
// back-pressure comes on top.
import { DBALError, type StopSignal } from '@proj/dbal-contract'
import type { JsonValue } from '@proj/dbal-schema'

export interface ItemSink {
  send(item: JsonValue): void
  /** Resolves when the connection takes more. */
  writable(): Promise<void> | undefined
}

const MAX_CREDIT = 1_000_000

export class ItemStream {
  readonly #sink: ItemSink
  readonly #signal: StopSignal
  #credit: number
  #wake: () => void = () => {}

  constructor(sink: ItemSink, credit: number, signal: StopSignal) {
    this.#sink = sink
    this.#credit = credit
    this.#signal = signal
    signal.addEventListener('abort', () => this.#wake(), { once: true })
  }

  grant(credit: number): void {
    this.#credit = Math.min(this.#credit + credit, MAX_CREDIT)
    this.#wake()
  }

  /** Until the items end. Rejects with the signal's reason. */
  async pump(items: AsyncIterable<JsonValue>): Promise<void> {
    for await (const item of items) {
      await this.#turn()
      this.#credit -= 1
      this.#sink.send(item)
    }
    // Items end by themselves where the signal ends them.
    this.#signal.throwIfAborted()
  }

  async #turn(): Promise<void> {
    for (;;) {
      this.#signal.throwIfAborted()
      if (this.#credit > 0) {
        const busy = this.#sink.writable()
        if (busy === undefined) return
        await busy
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    }
  }
}

/** How many items the client takes at first. Throws VALIDATION_ERROR. */
export function readCredit(value: unknown): number {
  if (value === undefined) return 1
  const fits = Number.isInteger(value) && (value as number) > 0 && (value as number) <= MAX_CREDIT
  if (fits) return value as number
  throw new DBALError('VALIDATION_ERROR', {
    details: { fields: [{ field: 'credit', error: `must be an integer from 1 to ${MAX_CREDIT}` }] },
  })
}
