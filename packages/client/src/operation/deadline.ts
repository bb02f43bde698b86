// Time and cancellation of one call: whichever of the caller's signal and the deadline comes first.
import { CallSignal, DBALError, type StopSignal } from '@proj/dbal-contract'

/**
 * Runs `work` with a signal that the stores below honour. Rejects with TIMEOUT or CANCELLED even where
 * the engine cannot be interrupted; what it was doing is rolled back when it looks at the signal next.
 */
export function withDeadline<T>(
  work: (signal: StopSignal) => Promise<T>,
  timeoutMs: number,
  signal: StopSignal | undefined,
): Promise<T> {
  if (signal?.aborted === true) return Promise.reject(new DBALError('CANCELLED'))
  return new Promise((resolve, reject) => {
    const own = new CallSignal()
    const stop = (error: DBALError): void => {
      own.abort(error)
      reject(error)
    }
    const cancel = (): void => stop(new DBALError('CANCELLED'))
    const timer = setTimeout(() => stop(new DBALError('TIMEOUT')), timeoutMs)
    signal?.addEventListener('abort', cancel, { once: true })
    const end = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', cancel)
    }
    const succeed = (answer: T): void => {
      end()
      resolve(answer)
    }
    const fail = (error: unknown): void => {
      end()
      reject(error)
    }
    try {
      work(own).then(succeed, fail)
    } catch (error) {
      fail(error)
    }
  })
}

/** The work's answer, or the signal's reason as soon as it is aborted. */
export function untilAborted<T>(work: Promise<T>, signal: StopSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject)
  })
}
