// Turns for work of many callers: a bounded number runs at once, and those that wait are served lane by
// lane, so that one busy caller delays another by one piece of work at most.
import { DBALError } from '@proj/dbal-contract'

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

  /** Rejects with UNAVAILABLE when too many wait already, and with the reason of a signal that aborts it. */
  run<T>(lane: string, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.#running < this.#slots) return this.#start(work)
    if (this.#waiting >= this.#maxWaiting) {
      const details = { reason: 'too many operations are waiting', retryAfter: 1 }
      return Promise.reject(new DBALError('UNAVAILABLE', { details, outcome: 'none' }))
    }
    return this.#wait(lane, signal).then(() => this.#start(work))
  }

  #start<T>(work: () => Promise<T>): Promise<T> {
    this.#running += 1
    const running = work()
    running.then(this.#done, this.#done)
    return running
  }

  readonly #done = (): void => {
    this.#running -= 1
    if (this.#waiting > 0) this.#next()
  }

  #wait(lane: string, signal: AbortSignal): Promise<void> {
    this.#waiting += 1
    return new Promise((resolve, reject) => {
      const turn = (): void => {
        signal.removeEventListener('abort', leave)
        this.#waiting -= 1
        resolve()
      }
      const leave = (): void => {
        this.#waiting -= 1
        this.#leave(lane, turn)
        reject(signal.reason as Error)
      }
      signal.addEventListener('abort', leave, { once: true })
      const waiting = this.#lanes.get(lane)
      if (waiting === undefined) this.#lanes.set(lane, [turn])
      else waiting.push(turn)
    })
  }

  #next(): void {
    for (const [lane, waiting] of this.#lanes) {
      const turn = waiting.shift()
      // To the end of the line, or out of it.
      this.#lanes.delete(lane)
      if (waiting.length > 0) this.#lanes.set(lane, waiting)
      if (turn !== undefined) return turn()
    }
  }

  #leave(lane: string, turn: () => void): void {
    const waiting = this.#lanes.get(lane)
    if (waiting === undefined) return
    const place = waiting.indexOf(turn)
    if (place >= 0) waiting.splice(place, 1)
    if (waiting.length === 0) this.#lanes.delete(lane)
  }
}
