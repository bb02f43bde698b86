// All connections of one daemon: they share turns, limits and the way to an end.
import { randomUUID } from 'node:crypto'
import { CallSignal, type StopSignal } from '@proj/dbal-contract'
import { CLOSE } from '../protocol/close-codes.ts'
import { DEFAULT_LIMITS, type BridgeLimits } from '../protocol/limits.ts'
import type { Wire } from '../wire.ts'
import type { BridgeHost } from './bridge-host.ts'
import type { Service } from './caller.ts'
import { FairQueue } from './fair-queue.ts'
import { answerPost, type PostAnswer } from './post.ts'
import { LoginWatch } from './login-watch.ts'
import { Session } from './session.ts'

export interface BridgeStats {
  readonly connections: number
  /** Requests that run or wait. */
  readonly inFlight: number
  /** Streams and subscriptions. */
  readonly subscriptions: number
  readonly transactions: number
}

/** Heartbeats that may be missed. */
const MISSED = 3

export class BridgeServer {
  readonly #service: Service
  readonly #sessions = new Set<Session>()
  readonly #watch: NodeJS.Timeout
  readonly #logins: LoginWatch
  #posts = 0
  #isDraining = false

  constructor(host: BridgeHost, limits: Partial<BridgeLimits> = {}) {
    const all = { ...DEFAULT_LIMITS, ...limits }
    const queue = new FairQueue(all.running, all.queued)
    this.#service = { host, limits: all, queue, streams: new Set() }
    this.#watch = setInterval(() => this.#dropSilent(), all.heartbeatMs)
    this.#watch.unref()
    this.#logins = new LoginWatch(host, this.#sessions, all.recheckMs)
  }

  get limits(): BridgeLimits {
    return this.#service.limits
  }

  /** Takes over a connection that has just been opened. */
  accept(wire: Wire): void {
    if (this.#isDraining) return wire.close(CLOSE.GOING_AWAY, 'the server is shutting down')
    if (this.#sessions.size >= this.#service.limits.connections)
      return wire.close(CLOSE.TOO_MANY, 'too many connections')
    const session: Session = new Session(this.#service, wire, randomUUID(), () =>
      this.#sessions.delete(session),
    )
    this.#sessions.add(session)
  }

  /**
   * One HTTP request: a JSON-RPC request or batch. `signal` stops what runs, for a caller who has gone. Never
   * rejects.
   */
  async post(
    body: Uint8Array,
    headers: Readonly<Record<string, unknown>>,
    signal: StopSignal = new CallSignal(),
  ): Promise<PostAnswer> {
    this.#posts += 1
    try {
      return await answerPost(this.#service, this.#isDraining, { body, headers, signal })
    } finally {
      this.#posts -= 1
    }
  }

  /** Asks again whether the logins of open connections hold. */
  recheckLogins(): void {
    this.#logins.ask()
  }

  stats(): BridgeStats {
    let [inFlight, transactions] = [this.#posts, 0]
    for (const session of this.#sessions) {
      inFlight += session.inFlight
      transactions += session.transactions.size
    }
    const { size: subscriptions } = this.#service.streams
    return { connections: this.#sessions.size, inFlight, subscriptions, transactions }
  }

  /** Says goodbye, lets what runs end within the time (milliseconds), and closes every connection. */
  async drain(withinMs: number): Promise<void> {
    this.#isDraining = true
    clearInterval(this.#watch)
    this.#logins.close()
    for (const session of this.#sessions) session.goAway(withinMs)
    const end = performance.now() + withinMs
    while (performance.now() < end && this.#isBusy()) {
      await new Promise((resolve) => {
        setTimeout(resolve, 10)
      })
    }
    for (const session of this.#sessions) session.close(CLOSE.GOING_AWAY, 'the server shuts down')
  }

  #isBusy(): boolean {
    const { inFlight, transactions } = this.stats()
    return inFlight > 0 || transactions > 0
  }

  #dropSilent(): void {
    const { heartbeatMs } = this.#service.limits
    for (const session of this.#sessions) {
      const { silence } = session
      if (silence > MISSED * heartbeatMs) session.drop()
      else if (silence > heartbeatMs) session.probe()
    }
  }
}
