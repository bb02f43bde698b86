// At most `size` resources, each held by one caller at a time; the rest wait in order. With size 1 it is the gate of
// an engine that has one connection.
import {
  unavailable,
  untilAborted,
  type DBALError,
  type PoolUsage,
  type StopSignal,
} from '@proj/dbal-contract'

export interface PoolOptions<T> {
  readonly size: number
  open(): T | Promise<T>
  close(resource: T): void | Promise<void>
}

export interface Lease<T> {
  readonly resource: T
  release(): void
  /** Gives a broken resource back: it is closed, and the next caller gets another one. */
  discard(): void
}

export interface Pool<T> {
  /**
   * Waits for a turn. Rejects with the reason of the signal when that is aborted first, with what `open` threw, or
   * with UNAVAILABLE once the pool is closed.
   */
  acquire(signal?: StopSignal): Promise<Lease<T>>
  /** Runs `work` with a resource and gives it back. */
  use<R>(work: (resource: T) => R | Promise<R>, signal?: StopSignal): Promise<R>
  usage(): PoolUsage
  /** Refuses callers at once, waits for those that hold a resource, then closes all. */
  close(): Promise<void>
}

interface Waiter {
  grant(): void
  refuse(error: unknown): void
}

export function createPool<T>(options: PoolOptions<T>): Pool<T> {
  const idle: T[] = []
  const waiting = new Set<Waiter>()
  let taken = 0
  let closed: Promise<void> | undefined
  let drained: (() => void) | undefined

  const giveBack = (): void => {
    const [next] = waiting
    if (next !== undefined) {
      waiting.delete(next)
      next.grant()
      return
    }
    taken -= 1
    if (taken === 0) drained?.()
  }

  const waitForTurn = (signal: StopSignal | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      const stop = (): void => waiter.refuse(signal?.reason)
      const waiter: Waiter = {
        grant: () => {
          signal?.removeEventListener('abort', stop)
          resolve()
        },
        refuse: (error) => {
          signal?.removeEventListener('abort', stop)
          waiting.delete(waiter)
          reject(error)
        },
      }
      waiting.add(waiter)
      signal?.addEventListener('abort', stop, { once: true })
    })

  const openResource = async (signal: StopSignal | undefined): Promise<T> => {
    const opening = Promise.resolve().then(() => options.open())
    try {
      return await untilAborted(opening, signal)
    } catch (error) {
      // One that opens too late for its caller serves the next.
      void opening
        .then((resource) => idle.push(resource))
        .catch(() => undefined)
        .finally(giveBack)
      throw error
    }
  }

  const lend = (resource: T): Lease<T> => new Held(resource, keep, close)
  const keep = (resource: T): void => {
    idle.push(resource)
    giveBack()
  }
  const close = (resource: T): void => {
    void Promise.resolve(options.close(resource)).catch(() => undefined)
    giveBack()
  }

  // Not an async function: each statement comes by here.
  const acquire = (signal?: StopSignal): Promise<Lease<T>> => {
    if (signal?.aborted === true) return Promise.reject(signal.reason)
    if (closed !== undefined) return Promise.reject(closedError())
    // Mostly one is there, and nothing has to be waited for.
    if (taken >= options.size) return waitForTurn(signal).then(() => lendNext(signal))
    taken += 1
    return lendNext(signal)
  }

  const lendNext = (signal: StopSignal | undefined): Promise<Lease<T>> => {
    const resource = idle.pop()
    return resource === undefined
      ? openResource(signal).then(lend)
      : Promise.resolve(lend(resource))
  }

  const shut = async (): Promise<void> => {
    for (const waiter of waiting) waiter.refuse(closedError())
    if (taken > 0) await new Promise<void>((resolve) => (drained = resolve))
    await Promise.all(idle.splice(0).map(async (resource) => options.close(resource)))
  }

  return {
    acquire,
    use: async (work, signal) => {
      const lease = await acquire(signal)
      try {
        return await work(lease.resource)
      } finally {
        lease.release()
      }
    },
    usage: () => ({
      size: options.size,
      inUse: taken,
      idle: idle.length,
      waiting: waiting.size,
    }),
    close: () => (closed ??= shut()),
  }
}

function closedError(): DBALError {
  return unavailable('the adapter is closed')
}

class Held<T> implements Lease<T> {
  readonly resource: T
  readonly #keep: (resource: T) => void
  readonly #close: (resource: T) => void
  #isHeld = true

  constructor(resource: T, keep: (resource: T) => void, close: (resource: T) => void) {
    this.resource = resource
    this.#keep = keep
    this.#close = close
  }

  release(): void {
    this.#end(this.#keep)
  }

  discard(): void {
    this.#end(this.#close)
  }

  #end(finish: (resource: T) => void): void {
    if (!this.#isHeld) return
    this.#isHeld = false
    finish(this.resource)
  }
}
