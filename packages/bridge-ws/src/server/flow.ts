// What goes out on a connection, and how much comes in: it reads no faster than it answers, and who does not read
// is closed.
import type { PackingWire } from '../packing-wire.ts'
import { CLOSE } from '../protocol/close-codes.ts'
import type { BridgeLimits } from '../protocol/limits.ts'
import { encodeAnswer } from './encode-answer.ts'

export const NOT_READ = 'answers are not being read'

export class Flow {
  readonly #wire: PackingWire
  readonly #limits: BridgeLimits
  readonly #overflown: () => void
  #drained: (() => void)[] = []
  #busy = 0
  #isHeld = false
  #isPaused = false
  #isClogged = false
  #isOver = false

  /** `overflown` is told after the wire of a slow consumer was closed. */
  constructor(wire: PackingWire, limits: BridgeLimits, overflown: () => void) {
    this.#wire = wire
    this.#limits = limits
    this.#overflown = overflown
  }

  /** Requests that take room until they are answered. */
  get busy(): number {
    return this.#busy
  }

  /** More waits to be sent than is good: nothing is read, whatever the other side says. */
  get isClogged(): boolean {
    return this.#isClogged
  }

  begin(): void {
    this.#busy += 1
  }

  end(): void {
    this.#busy -= 1
  }

  send(frame: object): void {
    if (this.#isOver) return
    this.#wire.send(encodeAnswer(this.#wire.encoding, frame))
    if (this.#wire.buffered > this.#limits.sendMax) {
      this.#wire.close(CLOSE.SLOW_CONSUMER, NOT_READ)
      this.#overflown()
    } else this.steer()
  }

  /** Resolves when there may be room for an item; undefined where there is. */
  writable(): Promise<void> | undefined {
    if (!this.#isHeld && this.#hasRoom()) return undefined
    return new Promise((resolve) => this.#drained.push(resolve))
  }

  /** No items go out until `release`. */
  hold(): void {
    this.#isHeld = true
  }

  release(): void {
    if (!this.#isHeld) return
    this.#isHeld = false
    this.goOn()
  }

  /** The wire has taken what waited, or items may go out again. */
  goOn(): void {
    if (this.#hasRoom()) this.#wakeAll()
    this.steer()
  }

  /** Reads only while there is room for what comes of it. */
  steer(): void {
    this.#isClogged = !this.#hasRoom()
    const isFull = this.#busy >= this.#limits.inFlight || this.#isClogged
    if (isFull === this.#isPaused || this.#isOver) return
    this.#isPaused = isFull
    if (isFull) this.#wire.pause()
    else this.#wire.resume()
  }

  /** Nothing is sent any more, and nobody waits for that. */
  stop(): void {
    this.#isOver = true
    this.#wakeAll()
  }

  #hasRoom(): boolean {
    return this.#wire.buffered <= this.#limits.sendHighWater
  }

  #wakeAll(): void {
    for (const resolve of this.#drained.splice(0)) resolve()
  }
}
