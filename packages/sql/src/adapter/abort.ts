import { DBALError, isDBALError, type StopSignal } from '@proj/dbal-contract'

/** The signal's reason is the error to throw; one that is none of ours counts as a cancellation. */
export function abortError(signal: StopSignal | undefined): DBALError | undefined {
  if (signal?.aborted !== true) return undefined
  const reason: unknown = signal.reason
  return isDBALError(reason) ? reason : new DBALError('CANCELLED', { cause: reason })
}

export function throwIfAborted(signal: StopSignal | undefined): void {
  const error = abortError(signal)
  if (error !== undefined) throw error
}

/** The work's result, or the signal's reason as soon as it is aborted, whatever the work waits for. */
export function untilAborted<T>(work: Promise<T>, signal: StopSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      const error = abortError(signal)
      if (error !== undefined) reject(error)
    }
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
    stop()
  })
}
