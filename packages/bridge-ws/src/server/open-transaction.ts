// An interactive transaction of a connection. It is held open on the client's own `transaction` until it is
// told how to end, and what is asked in it runs in the order of arrival.
import { DBALError } from '@proj/dbal-contract'
import type { HostScope, HostTransactionOptions, LoginAuth } from './bridge-host.ts'

/** Thrown into the work to undo it; never seen by anybody. */
const ROLLBACK = new Error('rolled back')

export class OpenTransaction {
  readonly #abort = new AbortController()
  readonly #idleMs: number
  /** Settled when the transaction has begun. */
  readonly #scope: Promise<HostScope>
  /** Settled when it has ended, in the way that it did. */
  readonly #end: Promise<void>
  #finish: { commit(): void; rollback(): void } = { commit: () => {}, rollback: () => {} }
  #tail: Promise<unknown> = Promise.resolve()
  #idle: NodeJS.Timeout | undefined
  #pending = 0
  ended = false

  constructor(outer: HostScope, options: HostTransactionOptions, idleMs: number) {
    this.#idleMs = idleMs
    let begun: (scope: HostScope) => void = () => {}
    let failed: (error: unknown) => void = () => {}
    this.#scope = new Promise<HostScope>((resolve, reject) => {
      begun = resolve
      failed = reject
    })
    const finished = new Promise<void>((resolve, reject) => {
      this.#finish = { commit: resolve, rollback: () => reject(ROLLBACK) }
    })
    // It may be told to roll back before anybody waits for it.
    finished.catch(() => {})
    this.#end = outer
      .transaction(
        async (scope) => {
          begun(scope)
          await finished
        },
        { ...options, retry: false, signal: this.#abort.signal },
      )
      .finally(() => {
        this.ended = true
        clearTimeout(this.#idle)
      })
    this.#end.catch(failed)
    this.#scope.catch(() => {})
    this.#rest()
  }

  /** Rejects with what kept it from beginning. */
  async begun(): Promise<void> {
    await this.#scope
  }

  /** After all that was asked before. Rejects with TX_LOST once it has ended. */
  run<T>(work: (scope: HostScope) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      if (this.ended) throw lost()
      return work(await this.#scope)
    })
  }

  /** Rejects with TX_ABORTED where something in it failed, and with what the engine says. */
  commit(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.ended) throw lost()
      this.#finish.commit()
      await this.#end
    })
  }

  rollback(): Promise<void> {
    return this.#inTurn(() => this.#undo())
  }

  /** A transaction inside this one: a savepoint of it, begun in turn. */
  nest(auth: LoginAuth, options: HostTransactionOptions): Promise<OpenTransaction> {
    return this.run(async (scope) => {
      const inner = new OpenTransaction(scope.as(auth), options, this.#idleMs)
      // What goes on in it keeps this one from being idle.
      this.#pending += 1
      void inner.over.then(() => this.#done())
      return inner
    })
  }

  /** Resolves when it has ended, however. */
  get over(): Promise<void> {
    return this.#end.catch(() => {})
  }

  /** At once, whatever is asked in it: its connection is gone. */
  async abandon(): Promise<void> {
    this.#abort.abort(new DBALError('TX_LOST'))
    await this.#undo()
  }

  async #undo(): Promise<void> {
    this.#finish.rollback()
    await this.#end.catch(() => {})
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    clearTimeout(this.#idle)
    this.#pending += 1
    const run = this.#tail.then(work)
    this.#tail = run.catch(() => {}).finally(() => this.#done())
    return run
  }

  #done(): void {
    this.#pending -= 1
    if (this.#pending === 0) this.#rest()
  }

  /** Nobody may hold a database connection by doing nothing. */
  #rest(): void {
    if (this.ended) return
    this.#idle = setTimeout(() => void this.abandon(), this.#idleMs)
  }
}

export function lost(): DBALError {
  return new DBALError('TX_LOST', { details: { reason: 'the transaction has ended' } })
}
