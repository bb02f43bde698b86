// Turns for work of many callers: a bounded number runs at once, and those that wait are served lane by
// lane, so that one busy caller delays another by one piece of work at most.
import { DBALError, type StopSignal } from '@proj/dbal-contract'

export class FairQueue {
  readonly #slots: number
  readonly #maxWaiting: number
  /** Waiting work by lane; the lane that is served next stands first. */
  readonly #lanes = new Map<string, (() => void)[]>()
  #running = 0
  #waiting = 0

  constructor(slots: number, maxWaiting: number) {
    this.#slots = slots
    this.#maxWaiting = maxWaiting
  }

  get running(): number {
    return this.#running
  }

  get waiting(): number {
    return this.#waiting
  }

  /**
   * Takes a turn, which `leave` gives back; a promise where one has to wait for it. Rejects, or throws, UNAVAILABLE
   * when too many wait already, and rejects with the reason of a signal that aborts it.
   */
  enter(lane: string, signal: StopSignal): Promise<void> | undefined {
    if (this.#running < this.#slots) {
      this.#running += 1
      return undefined
    }
    if (this.#waiting >= this.#maxWaiting) {
      const details = { reason: 'too many operations are waiting', retryAfter: 1 }
      throw new DBALError('UNAVAILABLE', { details, outcome: 'none' })
    }
    return this.#wait(lane, signal)
  }

  leave(): void {
    this.#running -= 1
    if (this.#waiting > 0) this.#next()
  }

  async run<T>(lane: string, work: () => Promise<T>, signal: StopSignal): Promise<T> {
    const turn = this.enter(lane, signal)
    if (turn !== undefined) await turn
    try {
      return await work()
    } finally {
      this.leave()
    }
  }

  #wait(lane: string, signal: StopSignal): Promise<void> {
    this.#waiting += 1
    return new Promise((resolve, reject) => {
      const turn = (): void => {
        signal.removeEventListener('abort', giveUp)
        this.#waiting -= 1
        this.#running += 1
        resolve()
      }
      const giveUp = (): void => {
        this.#waiting -= 1
        this.#forget(lane, turn)
        reject(signal.reason)
      }
      signal.addEventListener('abort', giveUp, { once: true })
      const waiting = this.#lanes.get(lane)
      if (waiting === undefined) this.#lanes.set(lane, [turn])
      else waiting.push(turn)
    })
  }

  #next(): void {
    for (const [lane, waiting] of this.#lanes) {
      const turn = waiting.shift()
      // To the end of the line, or out of it; where it is the only one, it stands there already.
      if (waiting.length === 0) this.#lanes.delete(lane)
      else if (this.#lanes.size > 1) {
        this.#lanes.delete(lane)
        this.#lanes.set(lane, waiting)
      }
      if (turn !== undefined) return turn()
    }
  }

  #forget(lane: string, turn: () => void): void {
    const waiting = this.#lanes.get(lane)
    if (waiting === undefined) return
    const place = waiting.indexOf(turn)
    if (place >= 0) waiting.splice(place, 1)
    if (waiting.length === 0) this.#lanes.delete(lane)
  }
}
