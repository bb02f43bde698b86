// What stops a call. An AbortSignal costs more to make than a small read does to run, and most calls end by
// themselves: a call has one of these, and becomes an AbortSignal where code outside asks for one.

/** What is stopped and hears of it itself, which spares a function for each call. */
export interface StopHandler {
  handleEvent(): void
}

export type StopListener = (() => void) | StopHandler

/** As much of an AbortSignal as the layers look at; each AbortSignal is one. */
export interface StopSignal {
  readonly aborted: boolean
  /** The error to throw. */
  readonly reason: unknown
  throwIfAborted(): void
  addEventListener(type: 'abort', listener: StopListener, options?: { readonly once: true }): void
  removeEventListener(type: 'abort', listener: StopListener): void
}

/** Of one call; whoever made it stops it. */
export class CallSignal implements StopSignal {
  #aborted = false
  #reason: unknown
  /** Most have one at most. */
  #listener: StopListener | undefined
  #others: Set<StopListener> | undefined
  #controller: AbortController | undefined

  get aborted(): boolean {
    return this.#aborted
  }

  get reason(): unknown {
    return this.#reason
  }

  /** The same as an AbortSignal, for code that takes no other. */
  get abortSignal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#aborted) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  throwIfAborted(): void {
    if (this.#aborted) throw this.#reason
  }

  /** Each listener is told once, for it happens once. */
  addEventListener(_: 'abort', listener: StopListener): void {
    if (this.#others?.has(listener) === true) return
    if (this.#listener === undefined || this.#listener === listener) this.#listener = listener
    else (this.#others ??= new Set()).add(listener)
  }

  removeEventListener(_: 'abort', listener: StopListener): void {
    if (this.#listener === listener) this.#listener = undefined
    else this.#others?.delete(listener)
  }

  abort(reason: unknown): void {
    if (this.#aborted) return
    this.#aborted = true
    this.#reason = reason
    const [listener, others] = [this.#listener, this.#others ?? []]
    this.#listener = undefined
    this.#others = undefined
    if (listener !== undefined) tell(listener)
    for (const other of others) tell(other)
    this.#controller?.abort(reason)
  }
}

function tell(listener: StopListener): void {
  if (typeof listener === 'function') listener()
  else listener.handleEvent()
}

/** Whether a caller, or a call around this one, may stop it by that. */
export function isStopSignal(value: unknown): value is StopSignal {
  return value instanceof AbortSignal || value instanceof CallSignal
}

export function toAbortSignal(signal: StopSignal): AbortSignal {
  if (signal instanceof CallSignal) return signal.abortSignal
  return signal as AbortSignal
}

/** Runs `work` under a signal that is aborted as soon as one of the two is. */
export async function underEither<T>(
  one: StopSignal | undefined,
  other: StopSignal | undefined,
  work: (signal: StopSignal | undefined) => Promise<T>,
): Promise<T> {
  if (one === undefined || other === undefined || one === other) return work(one ?? other)
  const either = new CallSignal()
  const stopByOne = (): void => either.abort(one.reason)
  const stopByOther = (): void => either.abort(other.reason)
  if (one.aborted) stopByOne()
  else if (other.aborted) stopByOther()
  one.addEventListener('abort', stopByOne, { once: true })
  other.addEventListener('abort', stopByOther, { once: true })
  try {
    return await work(either)
  } finally {
    one.removeEventListener('abort', stopByOne)
    other.removeEventListener('abort', stopByOther)
  }
}
