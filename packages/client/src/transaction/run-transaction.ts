// Transactions as callers see them: poisoned by any failed call, over when the callback ends, run again
// when the engine could not serialise them.
import {
  DBALError,
  isDBALError,
  transactionEnded,
  untilAborted,
  type StopSignal,
} from '@proj/dbal-contract'
import { withDeadline } from '../operation/deadline.ts'
import { finishError } from '../operation/finish-error.ts'
import { demandNotWaiting, insideOf } from './held-levels.ts'
import type { Connection, Runtime } from '../runtime.ts'
import type { ClientTransactionOptions } from '../backend/backend.ts'
import { isSerialisation, runAgain } from './run-again.ts'

type Work<T> = (connection: Connection) => Promise<T>

/** Rejects with a finished DBALError, or with what `work` throws by itself. */
export async function runTransaction<T>(
  runtime: Runtime,
  outer: Connection | undefined,
  options: ClientTransactionOptions,
  work: Work<T>,
): Promise<T> {
  try {
    outer?.demandOpen?.()
    const above = outer?.inTransaction === true ? outer.store : undefined
    if (above !== undefined) demandNotWaiting(above)
    const inside: Work<T> =
      above === undefined ? work : (connection) => insideOf(above, () => work(connection))
    const { isolation, retry, timeoutMs, signal } = options
    const store = outer?.store ?? runtime.store
    const once = retry === false || outer?.inTransaction === true
    const retries = once ? 0 : runtime.model.errors.retry.maxRetries
    return await withDeadline(
      (stop) => {
        const run = (): Promise<T> => runOnce(runtime, store, { isolation, signal: stop }, inside)
        return runAgain(runtime.model, retries, stop, run)
      },
      timeoutMs ?? runtime.timeoutMs,
      signal,
    )
  } catch (error) {
    throw isDBALError(error) ? finishError(error, runtime.model) : error
  }
}

async function runOnce<T>(
  { audit }: Runtime,
  store: Connection['store'],
  options: {
    readonly isolation: ClientTransactionOptions['isolation']
    readonly signal: StopSignal
  },
  work: Work<T>,
): Promise<T> {
  let state: 'open' | 'poisoned' | 'over' = 'open'
  /** The callback has ended; calls that it did not wait for may still run. */
  let ended = false
  let cause: unknown
  const running = new Set<Promise<unknown>>()
  /** What is half done when the callback ends is done, or fails, before anything is committed. */
  const toTheEnd = async (connection: Connection): Promise<T> => {
    try {
      return await work(connection)
    } finally {
      ended = true
      while (running.size > 0) await Promise.all(running)
    }
  }
  try {
    const inside = async (inner: Connection['store']): Promise<T> => {
      const connection: Connection = {
        store: inner,
        inTransaction: true,
        failed: (error) => {
          if (state !== 'open') return
          state = 'poisoned'
          cause = error
        },
        demandOpen: () => {
          if (state === 'over' || (ended && state === 'open')) throw transactionEnded()
          if (state === 'poisoned') throw aborted(cause)
        },
        track: (call) => {
          const settled: Promise<unknown> = call.then(
            () => running.delete(settled),
            () => running.delete(settled),
          )
          running.add(settled)
        },
      }
      // A callback that never ends must not keep the connection beyond its time.
      const answer = await untilAborted(toTheEnd(connection), options.signal).finally(() => {
        if (state === 'open') state = 'over'
      })
      // An error that was caught inside has still undone the part it belongs to.
      if (state === 'poisoned') throw aborted(cause)
      return answer
    }
    return await (audit === undefined
      ? store.transaction(inside, options)
      : audit.log.transaction(store, inside, options))
  } finally {
    state = 'over'
  }
}

function aborted(cause: unknown): DBALError {
  // What made it fail decides whether running it again may help.
  if (isDBALError(cause) && isSerialisation(cause)) return cause
  return new DBALError('TX_ABORTED', { cause, outcome: 'none' })
}
