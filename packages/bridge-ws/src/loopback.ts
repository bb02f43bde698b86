// Two ends in one process, for tests and for apps that embed both halves. Messages are encoded as on a
// socket and arrive later, in order.
import { CLOSE } from './protocol/close-codes.ts'
import type { Encoding, Payload } from './protocol/encoding.ts'
import type { Wire, WireEvents } from './wire.ts'

/** The client's end, and the server's. */
export function openLoopback(encoding: Encoding): readonly [Wire, Wire] {
  const left = new End(encoding)
  const right = new End(encoding)
  left.peer = right
  right.peer = left
  return [left, right]
}

class End implements Wire {
  readonly encoding: Encoding
  peer: End | undefined
  #events: WireEvents | undefined
  readonly #arrived: Payload[] = []
  #isPaused = false
  #isClosed = false
  #isScheduled = false

  constructor(encoding: Encoding) {
    this.encoding = encoding
  }

  /** Bytes that the other end has not read. */
  get buffered(): number {
    return this.peer?.waiting ?? 0
  }

  get waiting(): number {
    let bytes = 0
    for (const payload of this.#arrived) bytes += payload.length
    return bytes
  }

  listen(events: WireEvents): void {
    this.#events = events
    this.#schedule()
  }

  send(payload: Payload): void {
    if (!this.#isClosed) this.peer?.arrive(payload)
  }

  arrive(payload: Payload): void {
    if (this.#isClosed) return
    this.#arrived.push(payload)
    this.#schedule()
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
    this.#schedule()
  }

  close(code: number, reason: string): void {
    const { peer } = this
    this.#shut(code, reason)
    queueMicrotask(() => peer?.shutAfterReading(code, reason))
  }

  terminate(): void {
    const { peer } = this
    this.#shut(CLOSE.LOST, '')
    queueMicrotask(() => peer?.shutAfterReading(CLOSE.LOST, ''))
  }

  /** What was sent before the end is read before it. */
  shutAfterReading(code: number, reason: string): void {
    if (this.#arrived.length > 0 && !this.#isPaused && !this.#isClosed)
      setImmediate(() => this.shutAfterReading(code, reason))
    else this.#shut(code, reason)
  }

  #shut(code: number, reason: string): void {
    if (this.#isClosed) return
    this.#isClosed = true
    queueMicrotask(() => this.#events?.close(code, reason))
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    queueMicrotask(() => this.#deliver())
  }

  #deliver(): void {
    this.#isScheduled = false
    while (!this.#isPaused && !this.#isClosed && this.#events !== undefined) {
      const payload = this.#arrived.shift()
      if (payload === undefined) break
      this.#events.message(payload)
    }
    this.peer?.drained()
  }

  drained(): void {
    if (!this.#isClosed) this.#events?.drain()
  }
}
