// A request until it is answered: what is sent, what may be done when its connection is lost, and when it
// has waited long enough.
import { amend, DBALError, type StopHandler, type StopSignal } from '@proj/dbal-contract'
import type { JsonValue } from '@proj/dbal-schema'
import type { FrameId, Meta } from '../protocol/frame.ts'
import { ENDED } from '../protocol/resumable.ts'
import { Deadlines, type Expiring } from './deadlines.ts'

/**
 * What becomes of a request that was sent on a connection that is lost: `again`, since nothing is changed by
 * it or its key keeps it from running twice; `unknown`, since it may have run; `lost`, with its transaction;
 * `over`, for whoever asked to ask otherwise.
 */
export type WhenLost = 'again' | 'unknown' | 'lost' | 'over'

export interface RequestInit {
  readonly method: string
  readonly params: Readonly<Record<string, JsonValue>>
  readonly meta: Omit<Meta, 'timeoutMs'>
  readonly whenLost: WhenLost
  /** Milliseconds. */
  readonly timeoutMs: number
  readonly signal?: StopSignal | undefined
}

/** Milliseconds that the server's own word on a deadline may be late. */
const GRACE_MS = 500
const DEADLINES = new Deadlines()

/** What a request was sent on. */
export interface Carrier {
  /** It gives up waiting, by its deadline or by its caller. True where the server still says what it did. */
  abandon(id: FrameId): boolean
}

export class PendingRequest implements Expiring, StopHandler {
  readonly init: RequestInit
  readonly answer: Promise<JsonValue>
  /** How often it came back without an answer. */
  losses = 0
  /** It has been sent to somebody who may have done something. */
  sent = false
  readonly expires: number
  place = -1
  readonly #until: number
  #carrier: Carrier | undefined
  #id: FrameId = 0
  #resolve!: (result: JsonValue) => void
  #reject!: (error: DBALError) => void
  #settled = false

  constructor(init: RequestInit) {
    this.init = init
    this.#until = performance.now() + init.timeoutMs
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.expires = this.#until + GRACE_MS
    DEADLINES.add(this)
    if (init.signal !== undefined) {
      if (init.signal.aborted) this.handleEvent()
      else init.signal.addEventListener('abort', this, { once: true })
    }
  }

  get settled(): boolean {
    return this.#settled
  }

  /** Milliseconds that are left, for the server to keep. */
  get timeLeft(): number {
    return Math.max(1, Math.ceil(this.#until - performance.now()))
  }

  resolve(result: JsonValue): void {
    if (this.#settle()) this.#resolve(result)
  }

  reject(error: DBALError): void {
    if (this.#settle()) this.#reject(error)
  }

  /** Its connection is gone. True where it has to be sent again. */
  lose(): boolean {
    if (this.#settled) return false
    const { whenLost } = this.init
    if (whenLost === 'again' || !this.sent) {
      this.losses += 1
      return true
    }
    this.reject(LOST[whenLost]())
    return false
  }

  /** There is nobody to send it to, or to hear the answer from. */
  giveUp(error: DBALError): void {
    this.reject(this.#mayHaveChanged ? amend(error, { outcome: 'unknown' }) : error)
  }

  /** On a connection that has ended it is on none. */
  sentOn(carrier: Carrier | undefined, id: FrameId): void {
    this.sent = true
    this.#carrier = carrier
    this.#id = id
  }

  expire(): void {
    if (this.#settled) return
    const { sent, init } = this
    this.#carrier?.abandon(this.#id)
    if (!sent) this.reject(unreachable())
    else if (init.whenLost === 'unknown') this.reject(outcomeUnknown())
    else this.reject(new DBALError('TIMEOUT', init.meta.key ? { outcome: 'unknown' } : {}))
  }

  get #mayHaveChanged(): boolean {
    const { whenLost, meta } = this.init
    return this.sent && (whenLost === 'unknown' || meta.key !== undefined)
  }

  /** The caller's signal: the server is told; whether it was in time for a change is for it to say. */
  handleEvent(): void {
    const isHeard = this.#carrier?.abandon(this.#id) ?? false
    if (!this.#mayHaveChanged) this.reject(new DBALError('CANCELLED'))
    else if (!isHeard) this.reject(new DBALError('CANCELLED', { outcome: 'unknown' }))
  }

  #settle(): boolean {
    if (this.#settled) return false
    this.#settled = true
    DEADLINES.remove(this)
    this.init.signal?.removeEventListener('abort', this)
    return true
  }
}

const LOST: Readonly<Record<Exclude<WhenLost, 'again'>, () => DBALError>> = {
  unknown: outcomeUnknown,
  lost: () => new DBALError('TX_LOST', { details: { reason: 'the connection was lost' } }),
  over: () => new DBALError('UNAVAILABLE', { details: { reason: ENDED.LOST } }),
}

export function unreachable(): DBALError {
  return new DBALError('UNAVAILABLE', {
    details: { reason: 'the daemon cannot be reached' },
    outcome: 'none',
  })
}

function outcomeUnknown(): DBALError {
  return new DBALError('OUTCOME_UNKNOWN', { outcome: 'unknown' })
}
