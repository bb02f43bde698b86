// Time and cancellation of one call: whichever of the caller's signal and the deadline comes first.
import { CallSignal, DBALError, type StopHandler, type StopSignal } from '@proj/dbal-contract'

/**
 * Runs `work` with a signal that the stores below honour. Rejects with TIMEOUT or CANCELLED even where
 * the engine cannot be interrupted; what it was doing is rolled back when it looks at the signal next.
 * @param failed what becomes of an error, where it does not go as it is; `isStopped`: the call has begun and was stopped
 */
export function withDeadline<T>(
  work: (signal: StopSignal) => Promise<T>,
  timeoutMs: number,
  signal: StopSignal | undefined,
  failed: (error: unknown, isStopped: boolean) => Promise<never> = rejected,
): Promise<T> {
  if (signal?.aborted === true) return failed(new DBALError('CANCELLED'), false)
  return new Promise((resolve) => {
    const running = new Running(timeoutMs, signal, (error) => resolve(failed(error, true)))
    const succeed = (answer: T): void => {
      running.end()
      resolve(answer)
    }
    const fail = (error: unknown): void => {
      running.end()
      // Where it was stopped it has been answered.
      if (!running.aborted) resolve(failed(error, false))
    }
    try {
      work(running).then(succeed, fail)
    } catch (error) {
      fail(error)
    }
  })
}

async function rejected(error: unknown): Promise<never> {
  throw error
}

/** Begun in this turn of the event loop: most are over before it is, and need no timer. */
const begun: Running[] = []
let isWaiting = false

/** The time of a call counts from the end of the turn in which it began, before which no timer fires. */
function setTimers(): void {
  isWaiting = false
  // Mostly: to set the length of a list is a call into the engine.
  if (begun.length === 0) return
  for (const running of begun) running.setTimer()
  begun.length = 0
}

const atTurnsEnd: (work: () => void) => unknown =
  typeof setImmediate === 'undefined' ? (work) => setTimeout(work, 0) : setImmediate

class Running extends CallSignal implements StopHandler {
  readonly #timeoutMs: number
  readonly #outer: StopSignal | undefined
  readonly #stopped: (error: DBALError) => void
  /** Among those that have just begun; negative: it has a timer. */
  #place: number
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    timeoutMs: number,
    outer: StopSignal | undefined,
    stopped: (error: DBALError) => void,
  ) {
    super()
    this.#timeoutMs = timeoutMs
    this.#outer = outer
    this.#stopped = stopped
    outer?.addEventListener('abort', this, { once: true })
    this.#place = begun.push(this) - 1
    if (isWaiting) return
    isWaiting = true
    atTurnsEnd(setTimers)
  }

  setTimer(): void {
    this.#place = -1
    this.#timer = setTimeout(() => this.#stop(new DBALError('TIMEOUT')), this.#timeoutMs)
  }

  /** Nothing stops it any more. */
  end(): void {
    this.#outer?.removeEventListener('abort', this)
    if (this.#place < 0) return clearTimeout(this.#timer)
    // The last one takes its place.
    const last = begun.pop()
    if (last !== undefined && last !== this) {
      begun[this.#place] = last
      last.#place = this.#place
    }
    this.#place = -1
  }

  /** The caller's own signal. */
  handleEvent(): void {
    this.#stop(new DBALError('CANCELLED'))
  }

  /** Once: whoever comes later finds it answered. */
  #stop(error: DBALError): void {
    if (this.aborted) return
    this.end()
    this.abort(error)
    this.#stopped(error)
  }
}
