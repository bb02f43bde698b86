// Serialisation failures and deadlocks run a transaction again, as errors.yaml says.
import { isDBALError, untilAborted, type DBALError, type StopSignal } from '@proj/dbal-contract'
import type { Model } from '@proj/dbal-schema'

/** Until it is through, fails otherwise, or has failed as often as errors.yaml allows. */
export async function runAgain<T>(
  model: Model,
  retries: number,
  signal: StopSignal,
  run: () => Promise<T>,
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await run()
    } catch (error) {
      const again = isDBALError(error) && isSerialisation(error) && attempt < retries
      if (!again || signal.aborted) throw error
      await untilAborted(pause(model, attempt), signal)
    }
  }
}

export function isSerialisation(error: DBALError): boolean {
  return error.code === 'SERIALIZATION_CONFLICT'
}

/** Waits as errors.yaml's strategy says, with half of it random so that rivals part. */
async function pause(model: Model, attempt: number): Promise<void> {
  const { backoff, initialDelayMs, maxDelayMs } = model.errors.retry
  const factor = { exponential: 2 ** attempt, linear: attempt + 1, fixed: 1 }[backoff]
  const delay = Math.min(initialDelayMs * factor, maxDelayMs)
  await new Promise((resolve) => {
    setTimeout(resolve, delay / 2 + (Math.random() * delay) / 2)
  })
}
