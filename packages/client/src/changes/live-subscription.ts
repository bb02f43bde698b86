// The iterator that a subscriber holds. It begins with the first `next()`, and ends once.
import type { StopSignal } from '@proj/dbal-contract'
import { CallSignal, DBALError, isStopSignal } from '@proj/dbal-contract/base'
import type { ChangeEvent, Subscription } from './change-event.ts'
import type { FeedMember } from './feed.ts'
import type { ChangeSource } from './feeds.ts'

type Result = IteratorResult<ChangeEvent, undefined>

interface Waiting {
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

/** Opens what is read from; `signal` is aborted when nobody reads any more. */
export type Attach = (member: FeedMember, signal: StopSignal) => Promise<ChangeSource>

export class LiveSubscription implements Subscription {
  readonly #attach: Attach
  readonly #over = new CallSignal()
  readonly #signal: StopSignal | undefined
  readonly #waiting: Waiting[] = []
  #begun = false
  #source: ChangeSource | undefined
  /** What it ended with, until it is told. */
  #error: { readonly cause: unknown } | undefined

  /** @param signal as the caller gave it; `attach` refuses what is none */
  constructor(attach: Attach, signal: unknown) {
    this.#attach = attach
    this.#signal = isStopSignal(signal) ? signal : undefined
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<Result> {
    this.#begin()
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      this.#serve()
    })
  }

  async return(): Promise<Result> {
    this.#end()
    return DONE
  }

  refresh(): void {
    this.#source?.refresh()
  }

  #begin(): void {
    if (this.#begun) return
    this.#begun = true
    if (this.#signal?.aborted === true) return this.#end()
    this.#signal?.addEventListener('abort', this.#abort, { once: true })
    const member: FeedMember = { wake: () => this.#serve(), end: (error) => this.#end(error) }
    void this.#follow(member)
  }

  async #follow(member: FeedMember): Promise<void> {
    try {
      const source = await this.#attach(member, this.#over)
      if (this.#over.aborted) return source.leave()
      this.#source = source
      this.#serve()
    } catch (error) {
      this.#end(error)
    }
  }

  readonly #abort = (): void => this.#end()

  #serve(): void {
    try {
      while (this.#waiting.length > 0 && !this.#over.aborted) {
        const value = this.#source?.next()
        if (value === undefined) return
        this.#waiting.shift()?.resolve({ value, done: false })
      }
    } catch (error) {
      this.#end(error)
    }
    if (this.#over.aborted) this.#dismiss()
  }

  #end(error?: unknown): void {
    if (this.#over.aborted) return
    this.#begun = true
    if (error !== undefined) this.#error = { cause: error }
    this.#over.abort(new DBALError('CANCELLED'))
    this.#signal?.removeEventListener('abort', this.#abort)
    this.#source?.leave()
    this.#source = undefined
    this.#dismiss()
  }

  /** The first who waits hears of the error. */
  #dismiss(): void {
    for (const waiting of this.#waiting.splice(0)) {
      const error = this.#error
      this.#error = undefined
      if (error === undefined) waiting.resolve(DONE)
      else waiting.reject(error.cause)
    }
  }
}

const DONE: Result = { value: undefined, done: true }
