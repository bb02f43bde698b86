// Time and cancellation of one call: whichever of the caller's signal and the deadline comes first.
import { DBALError } from '@proj/dbal-contract'

/**
 * Runs `work` with a signal that the stores below honour. Rejects with TIMEOUT or CANCELLED even where
 * the engine cannot be interrupted; what it was doing is rolled back when it looks at the signal next.
 */
export async function withDeadline<T>(
  work: (signal: AbortSignal) => Promise<T>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (signal?.aborted === true) throw new DBALError('CANCELLED')
  const controller = new AbortController()
  const cancel = (): void => controller.abort(new DBALError('CANCELLED'))
  signal?.addEventListener('abort', cancel, { once: true })
  const timer = setTimeout(() => controller.abort(new DBALError('TIMEOUT')), timeoutMs)
  try {
    return await untilAborted(work(controller.signal), controller.signal)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', cancel)
  }
}

/** The work's answer, or the signal's reason as soon as it is aborted. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject)
  })
}
