// A request until it is answered: what is sent, what may be done when its connection is lost, and when it
// has waited long enough.
import { DBALError, type StopSignal } from '@proj/dbal-contract'
import type { JsonValue } from '@proj/dbal-schema'
import type { Meta } from '../protocol/frame.ts'
import { ENDED } from '../protocol/resumable.ts'

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
/** The longest delay a timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1

export class PendingRequest {
  readonly init: RequestInit
  readonly answer: Promise<JsonValue>
  /** It has been sent, to whom it may have done something. */
  sent = false
  /** Told when it gives up waiting: by its deadline, or by its caller. */
  cancelled: ((reason: 'time' | 'caller') => void) | undefined
  readonly #until: number
  readonly #timer: NodeJS.Timeout
  #resolve: (result: JsonValue) => void = () => {}
  #reject: (error: DBALError) => void = () => {}
  #settled = false

  constructor(init: RequestInit) {
    this.init = init
    this.#until = performance.now() + init.timeoutMs
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.#timer = setTimeout(
      () => this.#expire(),
      Math.min(init.timeoutMs + GRACE_MS, MAX_TIMER_MS),
    )
    if (init.signal !== undefined) {
      if (init.signal.aborted) this.#cancel()
      else init.signal.addEventListener('abort', this.#cancel, { once: true })
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
    if (whenLost === 'again') return true
    this.reject(LOST[whenLost]())
    return false
  }

  #expire(): void {
    const { sent, init } = this
    this.cancelled?.('time')
    if (!sent) this.reject(unreachable())
    else if (init.whenLost === 'unknown') this.reject(outcomeUnknown())
    else this.reject(new DBALError('TIMEOUT', init.meta.key ? { outcome: 'unknown' } : {}))
  }

  /** The server is told; whether it was in time for a change is for it to say. */
  readonly #cancel = (): void => {
    const { sent, init } = this
    this.cancelled?.('caller')
    const changes = init.whenLost === 'unknown' || init.meta.key !== undefined
    if (!sent || !changes) this.reject(new DBALError('CANCELLED'))
  }

  #settle(): boolean {
    if (this.#settled) return false
    this.#settled = true
    clearTimeout(this.#timer)
    this.init.signal?.removeEventListener('abort', this.#cancel)
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
