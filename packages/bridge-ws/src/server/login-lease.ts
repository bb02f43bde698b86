// Whose connection it is, and for how long: nobody's until hello, somebody's until the login ends, and theirs again
// where they renew it soon.
import { DBALError } from '@proj/dbal-contract'
import { CLOSE } from '../protocol/close-codes.ts'
import type { BridgeLimits } from '../protocol/limits.ts'
import type { Login } from './bridge-host.ts'
import { isSamePrincipal } from './caller.ts'

export interface LeaseEvents {
  /** The login has ended, and may be renewed. */
  readonly expired: () => void
  /** Nobody said hello in time, or renewed the login. */
  readonly over: (code: number, reason: string) => void
}

const MAX_TIMER_MS = 2 ** 31 - 1

export class LoginLease {
  readonly #renewalMs: number
  readonly #events: LeaseEvents
  #login: Login | undefined
  #token: string | undefined
  #isExpired = false
  #timer: NodeJS.Timeout | undefined

  constructor({ helloTimeoutMs, renewalMs }: BridgeLimits, events: LeaseEvents) {
    this.#renewalMs = renewalMs
    this.#events = events
    this.#wait(helloTimeoutMs, () => events.over(CLOSE.HELLO_TIMEOUT, 'no hello in time'))
  }

  get login(): Login | undefined {
    return this.#login
  }

  get isExpired(): boolean {
    return this.#isExpired
  }

  /** Somebody's, and not over. */
  get holds(): boolean {
    return this.#login !== undefined && !this.#isExpired
  }

  /** Whose login may be asked for again; undefined for nobody's. */
  get token(): string | undefined {
    return this.holds ? this.#token : undefined
  }

  /** Also where the timer has yet to notice. */
  get isOver(): boolean {
    const end = this.#login?.expiresAt
    return this.#isExpired || (end !== undefined && end <= Date.now())
  }

  /** Throws FORBIDDEN for a login of somebody else. */
  renew(login: Login, token: string | undefined): void {
    if (this.#login !== undefined && !isSamePrincipal(this.#login, login))
      throw new DBALError('FORBIDDEN', {
        details: { reason: 'another principal needs a connection of their own' },
      })
    this.#login = login
    this.#token = token
    this.#isExpired = false
    this.stop()
    if (login.expiresAt !== undefined) this.#watch(login.expiresAt)
  }

  /** Before its time, where it was withdrawn. */
  end(): void {
    this.#isExpired = true
    this.#events.expired()
    this.#wait(this.#renewalMs, () => this.#events.over(CLOSE.UNAUTHORIZED, 'the login has ended'))
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  /** An end that is further away than a timer goes is looked at on the way. */
  #watch(end: number): void {
    this.#wait(Math.max(end - Date.now(), 0), () => {
      if (end > Date.now()) this.#watch(end)
      else this.end()
    })
  }

  #wait(ms: number, then: () => void): void {
    this.stop()
    this.#timer = setTimeout(then, Math.min(ms, MAX_TIMER_MS))
  }
}
