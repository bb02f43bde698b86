// One run on one worker, from the request to what it came to. The time limit holds whatever the script
// catches or the engine is busy with, because it is this thread that ends the other one.
import type { Worker } from 'node:worker_threads'
import type { Limits } from './limits.ts'
import type { Outcome, RunRequest, WorkerMessage } from './worker/messages.ts'

/** For loading an engine, which no script has a part in. */
const START_MS = 10_000
/** A longer timer would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1

export type RunResult = Outcome | { readonly kind: 'ended'; readonly by: 'time' | 'memory' }

/** Rejects with the signal's reason, or with the worker's own error. The worker may be gone afterwards. */
export function runInWorker(
  worker: Worker,
  request: RunRequest,
  { timeMs }: Pick<Limits, 'timeMs'>,
  signal?: AbortSignal,
): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      clearTimeout(timer)
      worker.off('message', hear).off('error', fail).off('exit', gone)
      signal?.removeEventListener('abort', abort)
      finish()
    }
    const late = (finish: () => void, ms: number): NodeJS.Timeout =>
      setTimeout(() => settle(finish), ms)
    const abort = (): void => settle(() => reject(signal?.reason as Error))
    let timer = late(() => reject(new Error('the engine did not load in time')), START_MS)
    signal?.addEventListener('abort', abort, { once: true })
    const hear = (message: WorkerMessage): void => {
      if (message.kind === 'started') {
        clearTimeout(timer)
        timer = late(() => resolve({ kind: 'ended', by: 'time' }), Math.min(timeMs, MAX_TIMER_MS))
      } else settle(() => resolve(message))
    }
    const fail = (error: unknown): void => settle(() => settleError(error, resolve, reject))
    const gone = (code: number): void =>
      settle(() => reject(new Error(`the worker ended with ${code}`)))
    worker.on('message', hear).on('error', fail).on('exit', gone)
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
    worker.postMessage(request)
  })
}

/** A thread that outgrows its own limit is the script's doing; anything else is ours. */
function settleError(
  error: unknown,
  resolve: (result: RunResult) => void,
  reject: (error: unknown) => void,
): void {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') resolve({ kind: 'ended', by: 'memory' })
  else reject(error)
}
