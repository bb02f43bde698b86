import type { DBALError } from '@proj/dbal-contract'

export interface OperationEvent {
  readonly entity: string
  readonly action: string
  readonly requestId: string
  readonly durationMs: number
  readonly error?: DBALError | undefined
}

export type OperationListener = (event: OperationEvent) => void

/** Listeners see names and times, never values; one that throws does not disturb the call. */
export class EventHub {
  readonly #query: readonly OperationListener[]
  readonly #error: readonly OperationListener[]

  constructor(onQuery?: OperationListener, onError?: OperationListener) {
    this.#query = onQuery === undefined ? [] : [onQuery]
    this.#error = onError === undefined ? [] : [onError]
  }

  get active(): boolean {
    return this.#query.length > 0 || this.#error.length > 0
  }

  get hearsErrors(): boolean {
    return this.#error.length > 0
  }

  emit(event: OperationEvent): void {
    for (const listener of event.error === undefined ? this.#query : this.#error) {
      try {
        listener(event)
      } catch {
        // A listener's fault is its own.
      }
    }
  }
}
