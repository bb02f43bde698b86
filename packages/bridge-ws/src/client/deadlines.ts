// Times by which something has to have happened, many at once: one timer is set for the first of them, and stays
// when that is over in time, as nearly all are.

/** Milliseconds for which the timer waits at least, so that times close to each other are looked at together. */
const STEP_MS = 50
/** The longest delay a timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1

export interface Expiring {
  /** A time of `performance.now()`; what expires is told a little late and never early. */
  readonly expires: number
  /** Among those that wait, negative for none: the list's own. */
  place: number
  expire(): void
}

/**
 * A list, and no map by time: tables that a map has outgrown, and all that they held, stay until the old space is
 * collected (see `RequestTable`).
 */
export class Deadlines {
  readonly #waiting: Expiring[] = []
  #timer: NodeJS.Timeout | undefined
  /** What the timer is set for. */
  #next = Infinity

  add(expiring: Expiring): void {
    if (this.#waiting.length === 0) this.#timer?.ref?.()
    expiring.place = this.#waiting.push(expiring) - 1
    if (expiring.expires < this.#next) this.#schedule(expiring.expires)
  }

  remove(expiring: Expiring): void {
    const { place } = expiring
    if (place < 0) return
    expiring.place = -1
    // The last one takes its place.
    const last = this.#waiting.pop()
    if (last !== undefined && last !== expiring) {
      this.#waiting[place] = last
      last.place = place
    }
    // The timer stays for the next ones, but keeps no process alive for them.
    if (this.#waiting.length === 0) this.#timer?.unref?.()
  }

  #schedule(time: number): void {
    clearTimeout(this.#timer)
    this.#next = time
    const delay = Math.max(time - performance.now(), STEP_MS)
    this.#timer = setTimeout(this.#look, Math.min(Math.ceil(delay), MAX_TIMER_MS))
  }

  readonly #look = (): void => {
    this.#timer = undefined
    this.#next = Infinity
    const now = performance.now()
    const over = this.#waiting.filter(({ expires }) => expires <= now)
    for (const expiring of over) this.remove(expiring)
    let next = Infinity
    for (const { expires } of this.#waiting) next = Math.min(next, expires)
    if (next < Infinity) this.#schedule(next)
    for (const expiring of over) expiring.expire()
  }
}
