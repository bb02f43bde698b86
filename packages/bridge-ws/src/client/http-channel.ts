// Requests over HTTP, each a message of its own. What one of them becomes says nothing of the others: a lost one
// goes out on the next channel, after another hello, and the rest are still answered on this one.
import { isDBALError, invalid, unsupported } from '@proj/dbal-contract'
import type { Payload } from '../protocol/encoding.ts'
import type { FrameId, ResponseFrame } from '../protocol/frame.ts'
import { METHODS, type Welcome } from '../protocol/handshake.ts'
import { isResumable } from '../protocol/resumable.ts'
import { decodeError } from '../protocol/rpc-error.ts'
import type { Channel, ChannelEvents } from './channel.ts'
import { exchange, type Exchanged, type HttpEndpoint } from './http-exchange.ts'
import { unreachable, type PendingRequest } from './pending-request.ts'

/** Messages on the way; each may be a connection of its own. */
const AT_ONCE = 64
/** What needs a connection that stays, and the feature that it is. */
const LASTING: ReadonlyMap<string, string> = new Map([
  [METHODS.BEGIN, 'transactions'],
  [METHODS.SUBSCRIBE, 'changes'],
])

interface Running {
  readonly request: PendingRequest
  /** An earlier message of it may have been heard. */
  readonly wasSent: boolean
  readonly stop: AbortController
}

export class HttpChannel implements Channel {
  readonly streams = false
  readonly #endpoint: HttpEndpoint
  readonly #events: ChannelEvents
  /** Requests whose login or contract was out of date once. */
  readonly #renewed: WeakSet<PendingRequest>
  readonly #running = new Map<FrameId, Running>()
  readonly #waiting: PendingRequest[] = []
  #lastId = 0
  /** Of the last hello, and of the last one that was accepted. */
  #offered: string | undefined
  #token: string | undefined
  #schema: string | undefined
  #isLeft = false
  #isLost = false

  constructor(
    endpoint: HttpEndpoint,
    events: ChannelEvents,
    renewed: WeakSet<PendingRequest> = new WeakSet(),
  ) {
    this.#endpoint = endpoint
    this.#events = events
    this.#renewed = renewed
  }

  get isLost(): boolean {
    return this.#isLost
  }

  begin({ schemaHash }: Welcome): void {
    this.#token = this.#offered
    this.#schema = schemaHash
  }

  send(request: PendingRequest): FrameId {
    const feature = LASTING.get(request.init.method)
    this.#lastId += 1
    if (feature !== undefined)
      request.reject(unsupported(feature, 'it needs a connection that stays: WebSocket'))
    else if (this.#running.size < AT_ONCE) void this.#exchange(request, this.#lastId)
    else this.#waiting.push(request)
    return this.#lastId
  }

  /** There is nobody who would be told. */
  notify(): void {}

  /** The daemon sees that its caller has gone, and says no more. */
  abandon(id: FrameId): boolean {
    this.#running.get(id)?.stop.abort()
    return false
  }

  close(): void {
    if (this.#isLost) return
    this.#isLost = true
    const running = [...this.#running.values()]
    this.#running.clear()
    for (const { stop } of running) stop.abort()
    this.#events.lost([...running.map(({ request }) => request), ...this.#waiting.splice(0)])
  }

  async #exchange(request: PendingRequest, id: FrameId): Promise<void> {
    const isHello = request.init.method === METHODS.HELLO
    const payload = this.#encode(request, id, isHello)
    if (payload === undefined) return
    const stop = new AbortController()
    const running = { request, wasSent: request.sent, stop }
    this.#running.set(id, running)
    request.sentOn(this, id)
    const token = isHello ? this.#offered : this.#token
    const exchanged = await exchange(this.#endpoint, { id, payload, token, signal: stop.signal })
    if (!this.#running.delete(id)) return
    request.sentOn(undefined, 0)
    if (!request.settled) this.#settle(running, exchanged, isHello)
    this.#goOn()
  }

  #encode(request: PendingRequest, id: FrameId, isHello: boolean): Payload | undefined {
    const { method, params, meta } = request.init
    const frame = { jsonrpc: '2.0', id, method }
    try {
      if (!isHello)
        return this.#endpoint.encoding.encode({
          ...frame,
          params,
          meta: { ...meta, timeoutMs: request.timeLeft, schema: this.#schema },
        })
      // Its token is in the header, and nothing can be packed.
      const { token, pack: _, ...rest } = params
      this.#offered = token as string | undefined
      return this.#endpoint.encoding.encode({ ...frame, params: rest })
    } catch {
      request.reject(invalid([{ field: 'input', error: 'cannot be encoded' }]))
      return undefined
    }
  }

  #settle({ request, wasSent }: Running, exchanged: Exchanged, isHello: boolean): void {
    if (exchanged.kind === 'refused') return request.reject(exchanged.error)
    if (exchanged.kind === 'answered') {
      const { result, error } = exchanged.frame
      if (isHello || !this.#isOutOfDate(request, exchanged.frame))
        return error === undefined
          ? request.resolve(result ?? null)
          : request.reject(decodeError(error))
    } else if (isHello) return request.reject(unreachable())
    if (exchanged.kind !== 'lost') request.sent = wasSent
    this.#leave([request])
  }

  /** Nothing was done, and another hello may help: once where it is about who asks, or what of. */
  #isOutOfDate(request: PendingRequest, { id, error }: ResponseFrame): boolean {
    if (error === undefined) return false
    const refusal = decodeError(error)
    if (refusal.outcome === 'none' && isResumable(refusal)) return true
    const isOld =
      (id === null && refusal.code === 'UNAUTHORIZED') ||
      (isDBALError(refusal) && refusal.code === 'SCHEMA_MISMATCH' && refusal.outcome === 'none')
    if (!isOld || this.#renewed.has(request)) return false
    this.#renewed.add(request)
    return true
  }

  #leave(pending: readonly PendingRequest[]): void {
    if (!this.#isLeft) this.#events.goaway()
    this.#isLeft = true
    this.#events.lost([...pending, ...this.#waiting.splice(0)])
  }

  #goOn(): void {
    while (this.#running.size < AT_ONCE) {
      const next = this.#waiting.shift()
      if (next === undefined) break
      this.#lastId += 1
      if (!next.settled) void this.#exchange(next, this.#lastId)
    }
    if (!this.#isLeft || this.#running.size > 0 || this.#isLost) return
    this.#isLost = true
    this.#events.lost([])
  }
}
