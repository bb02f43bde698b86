// One connection after its hello: requests out, answers and items in. It does not outlive its wire; what
// then becomes of its requests is decided by whoever opened it.
import { invalid } from '@proj/dbal-contract'
import type { JsonValue } from '@proj/dbal-schema'
import { CLOSE } from '../protocol/close-codes.ts'
import type { Payload } from '../protocol/encoding.ts'
import { readFrame, type Frame, type FrameId, type Meta } from '../protocol/frame.ts'
import { METHODS, type Welcome } from '../protocol/handshake.ts'
import { decodeError } from '../protocol/rpc-error.ts'
import { PackingWire } from '../packing-wire.ts'
import { RequestTable } from '../request-table.ts'
import type { Wire } from '../wire.ts'
import type { Channel, ChannelEvents } from './channel.ts'
import { PendingRequest, type RequestInit } from './pending-request.ts'

const MAX_ID = 2 ** 31 - 1
/** Answers come from a server that is trusted with more than their depth. */
const MAX_DEPTH = 1_000
/** Pings without an answer. */
const MISSED = 2
const PING: RequestInit = {
  method: METHODS.PING,
  params: {},
  meta: {},
  whenLost: 'over',
  timeoutMs: MAX_ID,
}

type Making = { -readonly [Name in keyof Meta]: Meta[Name] }

export class Connection implements Channel {
  readonly streams = true
  readonly #wire: PackingWire
  readonly #events: ChannelEvents
  readonly #pending = new RequestTable<PendingRequest>()
  /** Given up; their answers may still come. */
  readonly #abandoned = new Set<FrameId>()
  readonly #items = new Map<FrameId, (item: JsonValue) => void>()
  #lastId = 0
  /** Since anything was heard. Not a time: a page that nobody looks at has its timers held back. */
  #silentBeats = 0
  #isLost = false
  /** What the server allows a request that says nothing of it. */
  #usualMs: number | undefined
  #heart: NodeJS.Timeout | undefined

  constructor(wire: Wire, events: ChannelEvents) {
    this.#wire = new PackingWire(wire)
    this.#events = events
    wire.listen({
      message: (payload) => this.#receive(payload),
      close: () => this.#lose(),
      drain: () => {},
    })
  }

  get isLost(): boolean {
    return this.#isLost
  }

  /** Speaks as was agreed, and watches for silence: a half-open connection is one that answers no ping. */
  begin({ heartbeatMs, pack, timeoutMs }: Welcome): void {
    clearInterval(this.#heart)
    if (this.#isLost) return
    this.#usualMs = timeoutMs
    if (pack !== undefined) this.#wire.pack(pack)
    if (heartbeatMs === undefined) return
    this.#heart = setInterval(() => this.#beat(), heartbeatMs)
    this.#heart.unref?.()
  }

  send(request: PendingRequest, receive?: (item: JsonValue) => void): FrameId {
    const id = this.#nextId()
    const { method, params, meta } = request.init
    let payload: Payload
    try {
      payload = this.#wire.encoding.encodeFrame({
        jsonrpc: '2.0',
        id,
        method,
        params,
        meta: request.init === PING ? undefined : this.#metaOf(meta, request.timeLeft),
      })
    } catch {
      request.reject(invalid([{ field: 'input', error: 'cannot be encoded' }]))
      return id
    }
    request.sentOn(this, id)
    this.#pending.set(id, request)
    if (receive !== undefined) this.#items.set(id, receive)
    this.#wire.send(payload)
    return id
  }

  notify(method: string, params: Readonly<Record<string, JsonValue>>): void {
    if (!this.#isLost)
      this.#wire.send(this.#wire.encoding.encodeFrame({ jsonrpc: '2.0', method, params }))
  }

  close(): void {
    this.#wire.close(CLOSE.NORMAL, 'done')
    this.#lose()
  }

  terminate(): void {
    this.#wire.terminate()
    this.#lose()
  }

  #receive(payload: Payload): void {
    this.#silentBeats = 0
    let frames: readonly Frame[]
    try {
      const decoded = this.#wire.encoding.decode(payload, MAX_DEPTH)
      frames = Array.isArray(decoded) ? decoded.map(readFrame) : [readFrame(decoded)]
    } catch {
      return this.#abort()
    }
    for (const frame of frames) this.#read(frame)
  }

  #read(frame: Frame): void {
    if (frame.kind === 'response') this.#settle(frame.id, frame)
    else if (frame.kind === 'invalid') this.#abort()
    else if (frame.method === METHODS.GOAWAY) this.#events.goaway()
    else if (frame.method === METHODS.EXPIRED) this.#events.expired()
    else if (frame.method === METHODS.ITEM) {
      const { id, item } = frame.params
      this.#items.get(id as FrameId)?.(item as JsonValue)
    }
  }

  #settle(id: FrameId | null, { result, error }: Extract<Frame, { kind: 'response' }>): void {
    const request = id === null ? undefined : this.#pending.get(id)
    if (request === undefined || id === null) {
      // An answer to nothing: the two sides disagree about what was said.
      if (id === null || !this.#abandoned.delete(id)) this.#abort()
      return
    }
    this.#pending.delete(id)
    this.#items.delete(id)
    if (error === undefined) request.resolve(result ?? null)
    else request.reject(decodeError(error))
  }

  abandon(id: FrameId): boolean {
    const request = this.#pending.get(id)
    if (request === undefined || this.#isLost) return false
    this.notify(METHODS.CANCEL, { id })
    queueMicrotask(() => {
      if (!request.settled) return
      this.#pending.delete(id)
      this.#items.delete(id)
      this.#abandoned.add(id)
    })
    return true
  }

  #beat(): void {
    if (this.#silentBeats >= MISSED) this.terminate()
    else {
      this.#silentBeats += 1
      const ping = new PendingRequest(PING)
      ping.answer.catch(() => {})
      this.send(ping)
    }
  }

  /**
   * What is given and not as usual, one by one: a spread that is added to is slow, as are names without a value
   * (`mergeOwn`).
   */
  #metaOf({ requestId, key, tx, schema, misfits }: Meta, timeoutMs: number): Meta | undefined {
    const isUsual = timeoutMs === this.#usualMs
    const isNone = requestId === undefined && key === undefined && tx === undefined
    if (isUsual && isNone && schema === undefined && misfits === undefined) return undefined
    const meta: Making = {}
    if (!isUsual) meta.timeoutMs = timeoutMs
    if (requestId !== undefined) meta.requestId = requestId
    if (key !== undefined) meta.key = key
    if (tx !== undefined) meta.tx = tx
    if (schema !== undefined) meta.schema = schema
    if (misfits !== undefined) meta.misfits = misfits
    return meta
  }

  #nextId(): FrameId {
    do this.#lastId = this.#lastId >= MAX_ID ? 1 : this.#lastId + 1
    while (this.#pending.has(this.#lastId) || this.#abandoned.has(this.#lastId))
    return this.#lastId
  }

  #abort(): void {
    this.#wire.close(CLOSE.PROTOCOL, 'that made no sense')
    this.#lose()
  }

  #lose(): void {
    if (this.#isLost) return
    this.#isLost = true
    clearInterval(this.#heart)
    const pending = this.#pending.values()
    this.#pending.clear()
    this.#items.clear()
    for (const request of pending) request.sentOn(undefined, 0)
    this.#events.lost(pending)
  }
}
