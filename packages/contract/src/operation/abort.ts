// What an aborted signal means to whoever waits.
import { DBALError, isDBALError } from '../error/dbal-error.ts'
import type { StopSignal } from './stop-signal.ts'

/** The signal's reason is the error to throw; one that is none of ours counts as a cancellation. */
export function abortError(signal: StopSignal | undefined): DBALError | undefined {
  return signal?.aborted === true ? errorOf(signal) : undefined
}

export function throwIfAborted(signal: StopSignal | undefined): void {
  const error = abortError(signal)
  if (error !== undefined) throw error
}

/**
 * The work's result, or the signal's `abortError` as soon as it is aborted, whatever the work waits for. A signal
 * that outlives the work keeps nothing of it.
 */
export function untilAborted<T>(work: Promise<T>, signal: StopSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(errorOf(signal))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
    work.finally(() => signal.removeEventListener('abort', stop)).then(resolve, reject)
  })
}

function errorOf({ reason }: StopSignal): DBALError {
  return isDBALError(reason) ? reason : new DBALError('CANCELLED', { cause: reason })
}
