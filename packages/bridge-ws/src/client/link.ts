// The way to a daemon: connections come and go, requests stay until they are answered. It connects when there
// is something to say, and again when a connection is lost while somebody waits.
import { DBALError, isDBALError } from '@proj/dbal-contract'
import type { JsonValue, Model } from '@proj/dbal-schema'
import type { Welcome } from '../protocol/handshake.ts'
import { delayOf, type Backoff } from './backoff.ts'
import type { Channel, OpenChannel } from './channel.ts'
import { greet } from './greet.ts'
import { PendingRequest, unreachable, type RequestInit } from './pending-request.ts'

export interface LinkOptions {
  /** Absent: the daemon tells what of the Model this caller may know. */
  readonly model?: Model | undefined
  readonly open: OpenChannel
  /** Asked before each hello. */
  readonly token: () => string | undefined | Promise<string | undefined>
  readonly clientVersion: string | undefined
  /** Requests that may wait for a connection. */
  readonly offlineQueue: number
  /** Milliseconds that a request waits for a connection, and a connection for its hello. */
  readonly connectTimeoutMs: number
  readonly backoff: Backoff
  readonly random: () => number
}

/** Waiting would not make them right. */
const FINAL: ReadonlySet<string> = new Set([
  'UNAUTHORIZED',
  'FORBIDDEN',
  'SCHEMA_MISMATCH',
  'CAPABILITY_NOT_SUPPORTED',
  'VALIDATION_ERROR',
])
/** Milliseconds before a login's end at which it is renewed. */
const RENEW_AHEAD_MS = 30_000
const MAX_TIMER_MS = 2 ** 31 - 1

const untold = (): void => {}

interface Sending {
  readonly request: PendingRequest
  readonly receive: ((item: JsonValue) => void) | undefined
  readonly sent: (channel: Channel, id: string | number) => void
}

/** For a connection, since a time of `performance.now()`. */
interface Waiting extends Sending {
  readonly since: number
}

export class Link {
  readonly #options: LinkOptions
  #connection: Channel | undefined
  /** Those that are left, whose requests are still answered, among them. */
  readonly #open = new Set<Channel>()
  #welcome: Welcome | undefined
  #connecting: Promise<void> | undefined
  #queue: Waiting[] = []
  /** Requests that are lost again and again, and wait before they are asked once more. */
  readonly #resting = new Map<PendingRequest, NodeJS.Timeout>()
  #renewal: NodeJS.Timeout | undefined
  #renewing: Promise<void> | undefined
  #wake: () => void = () => {}
  #isClosed = false

  constructor(options: LinkOptions) {
    this.#options = options
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** The last answer to a hello. */
  get told(): Welcome | undefined {
    return this.#welcome
  }

  /** What the daemon said last. Rejects where it cannot be reached in time, or refuses. */
  async welcome(): Promise<Welcome> {
    if (this.#welcome === undefined || this.#connection === undefined) {
      const { connectTimeoutMs: timeoutMs } = this.#options
      // Any request brings a connection about.
      await this.request({
        method: 'dbal.ping',
        params: {},
        meta: {},
        whenLost: 'again',
        timeoutMs,
      })
    }
    if (this.#welcome === undefined) throw unreachable()
    return this.#welcome
  }

  /** Rejects with DBALError. */
  request(init: RequestInit): Promise<JsonValue> {
    return this.submit(init).answer
  }

  /** `sent` is told of each connection that it goes out on. */
  submit(
    init: RequestInit,
    receive?: (item: JsonValue) => void,
    sent: Sending['sent'] = untold,
  ): PendingRequest {
    const request = new PendingRequest(init)
    if (request.settled) return request
    this.#send({ request, receive, sent })
    return request
  }

  /** The connection of the moment, for what has to stay on one. */
  async connection(): Promise<Channel> {
    await this.welcome()
    if (this.#connection === undefined) throw unreachable()
    return this.#connection
  }

  /** Says hello again with the token that is asked for now. Rejects where the daemon refuses it. */
  async renew(): Promise<void> {
    const connection = this.#connection
    if (connection === undefined) return
    // Two hellos at once are none: whoever asks meanwhile waits for the same.
    this.#renewing ??= this.#greet(connection).finally(() => {
      this.#renewing = undefined
    })
    await this.#renewing
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    clearTimeout(this.#renewal)
    this.#wake()
    this.#connection = undefined
    for (const channel of this.#open) channel.close()
    for (const [request, timer] of this.#resting) {
      clearTimeout(timer)
      request.giveUp(closed())
    }
    for (const { request } of this.#queue.splice(0)) request.giveUp(closed())
    await this.#connecting?.catch(() => {})
  }

  #send(sending: Sending): void {
    const connection = this.#connection
    if (connection === undefined) return this.#wait({ ...sending, since: performance.now() })
    const { request, receive, sent } = sending
    sent(connection, connection.send(request, receive))
  }

  #wait(waiting: Waiting): void {
    const { request } = waiting
    if (this.#isClosed) return request.reject(closed())
    if (this.#queue.length >= this.#options.offlineQueue)
      return request.reject(
        new DBALError('UNAVAILABLE', {
          details: { reason: 'too many requests wait for a connection' },
          outcome: 'none',
        }),
      )
    this.#queue.push(waiting)
    this.#reach()
  }

  #reach(): void {
    if (this.#isClosed || this.#connection !== undefined || this.#queue.length === 0) return
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined
      // A connection may be lost before anybody knows that it was made.
      this.#reach()
    })
  }

  async #connect(): Promise<void> {
    const { backoff, random } = this.#options
    for (let attempt = 0; this.#hasWork(); attempt += 1) {
      if (attempt > 0) await this.#pause(delayOf(attempt - 1, backoff, random))
      if (this.#isClosed) return
      try {
        await this.#openNext()
        return
      } catch (error) {
        const refusal = isDBALError(error) && FINAL.has(error.code) ? error : undefined
        this.#giveUp(refusal)
        if (refusal !== undefined) return
      }
    }
  }

  /** Of requests that were given up nobody waits for a connection. */
  #hasWork(): boolean {
    this.#queue = this.#queue.filter(({ request }) => !request.settled)
    return this.#queue.length > 0
  }

  async #openNext(): Promise<void> {
    const connection: Channel = await this.#options.open({
      lost: (pending) => this.#lose(connection, pending),
      goaway: () => this.#leave(connection),
      // Where it is refused, the server closes.
      expired: () => void this.renew().catch(() => {}),
    })
    if (this.#isClosed) return connection.close()
    this.#open.add(connection)
    try {
      await this.#greet(connection)
    } catch (error) {
      connection.close()
      throw error
    }
    if (this.#isClosed) return connection.close()
    // It may end before anybody hears that hello was answered.
    if (connection.isLost) throw unreachable()
    this.#connection = connection
    for (const { request, receive, sent } of this.#queue.splice(0))
      if (!request.settled) sent(connection, connection.send(request, receive))
  }

  async #greet(connection: Channel): Promise<void> {
    const { model, clientVersion, connectTimeoutMs: timeoutMs } = this.#options
    const token = await this.#options.token()
    const welcome = await greet(connection, { model, token, clientVersion, timeoutMs })
    this.#welcome = welcome
    connection.begin(welcome)
    this.#scheduleRenewal(welcome)
  }

  #scheduleRenewal({ expiresInMs: left }: Welcome): void {
    clearTimeout(this.#renewal)
    if (left === undefined) return
    const ahead = Math.min(RENEW_AHEAD_MS, left / 4)
    this.#renewal = setTimeout(
      // Refused or not: the daemon's answer to the next request says what it has to.
      () => void this.renew().catch(() => {}),
      Math.min(Math.max(left - ahead, 1_000), MAX_TIMER_MS),
    )
    this.#renewal.unref?.()
  }

  #giveUp(refusal: DBALError | undefined): void {
    const { connectTimeoutMs } = this.#options
    const oldest = performance.now() - connectTimeoutMs
    const over = this.#queue.filter(({ since }) => refusal !== undefined || since <= oldest)
    this.#queue = this.#queue.filter((waiting) => !over.includes(waiting))
    for (const { request } of over) request.giveUp(refusal ?? unreachable())
  }

  /** What may be asked again is asked again, before anything that came later. */
  #lose(connection: Channel, pending: readonly PendingRequest[]): void {
    this.#leave(connection)
    if (connection.isLost) this.#open.delete(connection)
    if (this.#isClosed) {
      for (const request of pending) if (request.lose()) request.giveUp(closed())
      return
    }
    const again = pending.filter((request) => request.lose())
    const waiting = this.#queue
    this.#queue = []
    for (const request of again) this.#askAgain(request)
    this.#queue.push(...waiting)
  }

  /** At once the first time; what comes back each time must not keep a daemon busy. */
  #askAgain(request: PendingRequest): void {
    const ask = (): void => {
      this.#resting.delete(request)
      if (request.settled) return
      this.#send({ request, receive: undefined, sent: untold })
    }
    if (request.losses < 2) return ask()
    const { backoff, random } = this.#options
    this.#resting.set(request, setTimeout(ask, delayOf(request.losses - 2, backoff, random)))
  }

  /** Its requests are still answered; it closes when the daemon closes it. */
  #leave(connection: Channel): void {
    if (this.#connection === connection) this.#connection = undefined
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delayMs)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

function closed(): DBALError {
  return new DBALError('UNAVAILABLE', {
    details: { reason: 'the client is closed' },
  })
}
