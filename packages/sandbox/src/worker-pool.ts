// Worker threads, a bounded number of them. One runs one script at a time and is used again only after a
// script that kept to its limits; every other one is ended.
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { unavailable, type DBALError } from '@proj/dbal-contract'

// TypeScript sources cannot be a thread's entry: run from them, it is the built one.
const ENTRY = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts')
      ? '../dist/worker/script-worker.js'
      : './worker/script-worker.js',
    import.meta.url,
  ),
)

/** Megabytes of the thread's own heap; the script's memory is the engine's. */
const THREAD = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 }

export interface PoolOptions {
  /** How many threads there are at most. */
  readonly workers: number
  /** How many runs may wait for one. */
  readonly waiting: number
}

interface Waiter {
  readonly take: (worker: Worker) => void
  readonly refuse: (error: unknown) => void
}

export class WorkerPool {
  readonly #options: PoolOptions
  readonly #idle: Worker[] = []
  readonly #alive = new Set<Worker>()
  readonly #waiters = new Set<Waiter>()
  #closed = false

  constructor(options: PoolOptions) {
    this.#options = options
  }

  /**
   * Lends a worker to `work`; it is kept where `work` answers that it may be. Throws UNAVAILABLE when too
   * many wait or the pool is closed, and the signal's reason.
   */
  async use<T>(
    signal: AbortSignal | undefined,
    work: (worker: Worker) => Promise<readonly [answer: T, keep: boolean]>,
  ): Promise<T> {
    const worker = await this.#take(signal)
    let keep = false
    try {
      worker.ref()
      const [answer, kept] = await work(worker).catch((error: unknown) => {
        throw this.#closed ? closed() : error
      })
      keep = kept
      return answer
    } finally {
      if (keep && !this.#closed) this.#give(worker)
      else this.#end(worker)
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const { refuse } of this.#waiters) refuse(closed())
    this.#waiters.clear()
    await Promise.all([...this.#alive].map(async (worker) => worker.terminate()))
    this.#alive.clear()
    this.#idle.length = 0
  }

  #take(signal: AbortSignal | undefined): Promise<Worker> {
    if (this.#closed) throw closed()
    signal?.throwIfAborted()
    const idle = this.#idle.pop()
    if (idle !== undefined) return Promise.resolve(idle)
    if (this.#alive.size < this.#options.workers) return Promise.resolve(this.#start())
    if (this.#waiters.size >= this.#options.waiting) throw busy()
    return new Promise((resolve, reject) => {
      const abort = (): void => waiter.refuse(signal?.reason)
      const leave = (): void => {
        this.#waiters.delete(waiter)
        signal?.removeEventListener('abort', abort)
      }
      const waiter: Waiter = {
        take: (worker) => {
          leave()
          resolve(worker)
        },
        refuse: (error) => {
          leave()
          reject(error)
        },
      }
      this.#waiters.add(waiter)
      signal?.addEventListener('abort', abort, { once: true })
    })
  }

  #start(): Worker {
    const worker = new Worker(ENTRY, {
      resourceLimits: THREAD,
      // Nothing of the process is in the thread, and nothing of it shows.
      env: {},
      argv: [],
      execArgv: [],
      stdout: true,
      stderr: true,
    })
    this.#alive.add(worker)
    // Whoever uses it hears as well; here it is for one that dies idle.
    worker.on('error', () => this.#forget(worker))
    worker.on('exit', () => this.#forget(worker))
    return worker
  }

  #give(worker: Worker): void {
    const [next] = this.#waiters
    if (next !== undefined) {
      next.take(worker)
      return
    }
    // An idle thread keeps no process alive.
    worker.unref()
    this.#idle.push(worker)
  }

  #end(worker: Worker): void {
    // Its place is free when it is gone, so that there never are more threads than allowed.
    void worker.terminate().finally(() => {
      this.#forget(worker)
      const [next] = this.#waiters
      if (next !== undefined && !this.#closed) next.take(this.#start())
    })
  }

  #forget(worker: Worker): void {
    this.#alive.delete(worker)
    const at = this.#idle.indexOf(worker)
    if (at >= 0) this.#idle.splice(at, 1)
  }
}

function busy(): DBALError {
  return unavailable('too many scripts are waiting')
}

function closed(): DBALError {
  return unavailable('the sandbox is closed')
}
