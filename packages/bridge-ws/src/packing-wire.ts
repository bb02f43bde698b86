// Messages of one turn of the event loop in one: a frame of WebSocket and its way through the system cost
// more than most requests do. Both halves send through it; what they send stays in order.
import type { Encoding, Payload } from './protocol/encoding.ts'
import type { Wire, WireEvents } from './wire.ts'

/** More would gain little, and keep the first ones waiting. */
const PACK_SIZE = 64 * 1024

export class PackingWire implements Wire {
  readonly #wire: Wire
  #most = 1
  #held: Payload[] = []
  #size = 0

  constructor(wire: Wire) {
    this.#wire = wire
  }

  get encoding(): Encoding {
    return this.#wire.encoding
  }

  get buffered(): number {
    return this.#wire.buffered + this.#size
  }

  /** From here on; the other side takes so many messages in one. */
  pack(most: number): void {
    this.#most = most
  }

  listen(events: WireEvents): void {
    this.#wire.listen(events)
  }

  send(payload: Payload): void {
    if (this.#most <= 1) return this.#wire.send(payload)
    if (this.#size + payload.length > PACK_SIZE) this.#flush()
    if (this.#held.length === 0) atTurnsEnd(this.#flush)
    this.#held.push(payload)
    this.#size += payload.length
    if (this.#held.length >= this.#most) this.#flush()
  }

  probe(answered: () => void): void {
    this.#wire.probe?.(answered)
  }

  pause(): void {
    this.#wire.pause()
  }

  resume(): void {
    this.#wire.resume()
  }

  close(code: number, reason: string): void {
    this.#flush()
    this.#wire.close(code, reason)
  }

  terminate(): void {
    this.#held = []
    this.#size = 0
    this.#wire.terminate()
  }

  readonly #flush = (): void => {
    const held = this.#held
    const [first] = held
    if (first === undefined) return
    this.#held = []
    this.#size = 0
    this.#wire.send(held.length === 1 ? first : this.encoding.pack(held))
  }
}

/** After all that the promises of this turn lead to. */
const atTurnsEnd: (work: () => void) => void =
  typeof process === 'undefined' || typeof process.nextTick !== 'function'
    ? queueMicrotask
    : process.nextTick
