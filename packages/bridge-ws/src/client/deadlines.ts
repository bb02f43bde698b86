// Times by which something has to have happened, many at once: one timer looks at those that are next. They are
// kept in steps, so that each is told a little late and never early.

/** Milliseconds of a step; what waits for an answer has more to spare. */
const STEP_MS = 50
/** The longest delay a timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1

export interface Expiring {
  expire(): void
}

export class Deadlines {
  readonly #steps = new Map<number, Set<Expiring>>()
  #timer: NodeJS.Timeout | undefined
  /** The step that the timer is set for. */
  #next = Infinity

  /** The step that it is in, which `remove` needs. */
  add(expiring: Expiring, at: number): number {
    const step = Math.ceil(at / STEP_MS)
    const known = this.#steps.get(step)
    if (this.#steps.size === 0) this.#timer?.ref?.()
    if (known === undefined) this.#steps.set(step, new Set([expiring]))
    else known.add(expiring)
    if (step < this.#next) this.#schedule(step)
    return step
  }

  remove(expiring: Expiring, step: number): void {
    const known = this.#steps.get(step)
    if (known === undefined) return
    known.delete(expiring)
    if (known.size > 0) return
    this.#steps.delete(step)
    // The timer stays for the next ones, but keeps no process alive for them.
    if (this.#steps.size === 0) this.#timer?.unref?.()
  }

  #schedule(step: number): void {
    clearTimeout(this.#timer)
    this.#next = step
    const delay = step * STEP_MS - performance.now()
    this.#timer = setTimeout(this.#look, Math.min(Math.max(delay, 0), MAX_TIMER_MS))
  }

  readonly #look = (): void => {
    this.#timer = undefined
    this.#next = Infinity
    const now = performance.now() / STEP_MS
    const over: Expiring[] = []
    for (const [step, known] of this.#steps) {
      if (step > now) continue
      this.#steps.delete(step)
      over.push(...known)
    }
    let next = Infinity
    for (const step of this.#steps.keys()) next = Math.min(next, step)
    if (next < Infinity) this.#schedule(next)
    for (const expiring of over) expiring.expire()
  }
}
