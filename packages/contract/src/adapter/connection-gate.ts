// Turns on the one connection of an engine, in order of arrival. A call from outside waits for an open
// transaction to end; it never joins it.
import type { StopSignal } from '../operation/stop-signal.ts'

export interface Gate {
  /**
   * Runs `work` alone. While it waits, an aborted signal gives up the place in the queue and rejects
   * with the signal's reason; once it runs, the signal is the work's own business.
   */
  run<T>(work: () => Promise<T> | T, signal?: StopSignal): Promise<T>
}

export function createGate(): Gate {
  let busy = false
  // A Set keeps the order of arrival and lets an aborted waiter leave from the middle.
  const waiting = new Set<() => void>()

  function leave(): void {
    const [next] = waiting
    if (next === undefined) {
      busy = false
      return
    }
    // The turn is handed over, not offered: nobody may slip in between.
    waiting.delete(next)
    next()
  }

  function turn(signal: StopSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        signal?.removeEventListener('abort', giveUp)
        resolve()
      }
      const giveUp = (): void => {
        waiting.delete(enter)
        // The reason is the DBALError that the caller or the deadline chose.
        reject(signal?.reason)
      }
      waiting.add(enter)
      signal?.addEventListener('abort', giveUp, { once: true })
    })
  }

  return {
    async run(work, signal) {
      signal?.throwIfAborted()
      if (busy) await turn(signal)
      else busy = true
      try {
        signal?.throwIfAborted()
        return await work()
      } finally {
        leave()
      }
    },
  }
}
