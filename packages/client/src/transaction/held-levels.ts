// Which levels of transactions a piece of code stands inside of. A level waits while one is nested in it, so that
// code of the nested one that called the level above would wait for itself.
import { AsyncLocalStorage } from 'node:async_hooks'
import { invalid, type Store } from '@proj/dbal-contract'

interface Held {
  readonly store: Store
  readonly outer: Held | undefined
  over: boolean
}

const held = new AsyncLocalStorage<Held>()

/** Runs the work of a transaction that is nested in `store`. */
export async function insideOf<T>(store: Store, work: () => Promise<T>): Promise<T> {
  const level: Held = { store, outer: held.getStore(), over: false }
  try {
    return await held.run(level, work)
  } finally {
    // Code that the work started and did not wait for may call the level above then.
    level.over = true
  }
}

/** Throws VALIDATION_ERROR for a call that could only wait until its own transaction is TIMEOUT. */
export function demandNotWaiting(store: Store): void {
  for (let level = held.getStore(); level !== undefined; level = level.outer)
    if (level.store === store && !level.over)
      throw invalid(
        [],
        'the call waits for the nested transaction that makes it: use the inner client',
      )
}
