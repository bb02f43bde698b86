// One connection: hello first, then requests side by side, each answered once. It reads no faster than it
// answers, and takes everything that was open with it when it ends.
import { CallSignal, DBALError, isDBALError } from '@proj/dbal-contract'
import type { JsonValue } from '@proj/dbal-schema'
import { CLOSE } from '../protocol/close-codes.ts'
import type { Payload } from '../protocol/encoding.ts'
import { readFrame, type FrameId, type RequestFrame } from '../protocol/frame.ts'
import { METHODS } from '../protocol/handshake.ts'
import { ENDED } from '../protocol/resumable.ts'
import { encodeError, protocolError, RPC } from '../protocol/rpc-error.ts'
import { PackingWire } from '../packing-wire.ts'
import type { Wire } from '../wire.ts'
import type { Login } from './bridge-host.ts'
import {
  callerOf,
  isSameLogin,
  isSamePrincipal,
  type Caller,
  type OpenConnection,
  type Service,
} from './caller.ts'
import { findId } from './find-id.ts'
import type { ItemStream } from './item-stream.ts'
import type { OpenTransaction } from './open-transaction.ts'
import { perform } from './perform.ts'
import { answerError } from './protocol-fault.ts'
import { readPack, welcome } from './welcome.ts'

/** Messages that make no sense, after which there is no use in going on. */
const MAX_FAULTS = 10
/**
 * `control` is answered at once, and has to be: it makes room. What is `lasting` takes none of what there is for
 * requests that pass.
 */
const KINDS: ReadonlyMap<string, 'control' | 'lasting'> = new Map([
  [METHODS.PING, 'control'],
  [METHODS.CANCEL, 'control'],
  [METHODS.CREDIT, 'control'],
  [METHODS.STREAM, 'lasting'],
  [METHODS.SUBSCRIBE, 'lasting'],
])
const MAX_TIMER_MS = 2 ** 31 - 1
/** What else keeps a login from being looked up says nothing of it. */
const WITHDRAWN: ReadonlySet<string> = new Set(['UNAUTHORIZED', 'FORBIDDEN'])

type Reply = (answer: object | undefined) => void

export class Session implements OpenConnection {
  readonly id: string
  readonly transactions = new Map<string, OpenTransaction>()
  readonly streams = new Map<FrameId, ItemStream>()
  readonly #service: Service
  readonly #wire: PackingWire
  readonly #running = new Map<FrameId, CallSignal>()
  readonly #closed: () => void
  #caller: Caller | undefined
  #token: string | undefined
  /** Its login is over, and may be renewed for a while. */
  #isExpired = false
  /** Requests that came before the answer to hello. */
  #held: RequestFrame[] | undefined = []
  #greeting = false
  #busy = 0
  /** Messages that the client may put into one; none before that was agreed. */
  #mostInOne = 0
  #faults = 0
  #isPaused = false
  #isOver = false
  #isDraining = false
  #lastHeard = performance.now()
  #drained: (() => void)[] = []
  #helloTimer: NodeJS.Timeout | undefined
  #expiryTimer: NodeJS.Timeout | undefined

  constructor(service: Service, wire: Wire, id: string, closed: () => void) {
    this.#service = service
    this.#wire = new PackingWire(wire)
    this.id = id
    this.#closed = closed
    const { helloTimeoutMs } = service.limits
    this.#helloTimer = setTimeout(
      () => this.close(CLOSE.HELLO_TIMEOUT, 'no hello in time'),
      helloTimeoutMs,
    )
    this.#wire.listen({
      message: (payload) => this.#receive(payload),
      close: () => this.#end(),
      drain: () => this.#flowAgain(),
    })
  }

  get inFlight(): number {
    return this.#busy
  }

  /** Whose login may be asked for again; undefined for nobody's. */
  get token(): string | undefined {
    return this.#caller === undefined || this.#isExpired || this.#isOver ? undefined : this.#token
  }

  /** Milliseconds since anything was heard. */
  get silence(): number {
    return performance.now() - this.#lastHeard
  }

  /** A page whose timers rest sends nothing, and its WebSocket still answers. */
  probe(): void {
    this.#wire.probe(() => {
      this.#lastHeard = performance.now()
    })
  }

  close(code: number, reason: string): void {
    if (this.#isOver) return
    this.#wire.close(code, reason)
    this.#end()
  }

  /** Refuses what comes from here on; transactions are rolled back when the time is up. */
  goAway(withinMs: number): void {
    this.#isDraining = true
    this.#send({ jsonrpc: '2.0', method: METHODS.GOAWAY, params: { withinMs } })
    this.#endStreams(ENDED.SHUTDOWN)
  }

  /** `asked` says who the token stands for by now; for nobody, the login ends as one that is over does. */
  async verify(token: string, asked: Promise<Login>): Promise<void> {
    try {
      const login = await asked
      // Renewed meanwhile.
      if (this.token !== token || this.#greeting) return
      const { login: known } = this.#caller as Caller
      if (!isSameLogin(known, login) || known.expiresAt !== login.expiresAt)
        this.#renew(login, token)
    } catch (error) {
      const isWithdrawn = isDBALError(error) && WITHDRAWN.has(error.code)
      if (isWithdrawn && this.token === token && !this.#greeting) this.#endLogin()
    }
  }

  cancel(id: FrameId): boolean {
    const running = this.#running.get(id)
    running?.abort(new DBALError('CANCELLED'))
    return running !== undefined
  }

  sendItem(id: FrameId, item: JsonValue): void {
    this.#send({ jsonrpc: '2.0', method: METHODS.ITEM, params: { id, item } })
  }

  writable(): Promise<void> | undefined {
    const { sendHighWater } = this.#service.limits
    // Who has no login any more is told nothing.
    if (!this.#isExpired && this.#wire.buffered <= sendHighWater) return undefined
    return new Promise((resolve) => this.#drained.push(resolve))
  }

  readonly #reply: Reply = (answer) => this.#send(answer)

  #receive(payload: Payload): void {
    if (this.#isOver) return
    this.#lastHeard = performance.now()
    const { messageBytes, messageDepth } = this.#service.limits
    if (payload.length > messageBytes) return this.#refuseLarge(payload, messageBytes)
    const isPacked = this.#mostInOne > 0
    let decoded: JsonValue
    try {
      decoded = this.#wire.encoding.decode(payload, messageDepth + (isPacked ? 1 : 0))
    } catch {
      return this.#fault(null, RPC.PARSE, 'the message is not well-formed, or nested too deeply')
    }
    if (!Array.isArray(decoded)) this.#take(decoded, this.#reply)
    else if (isPacked) this.#receivePack(decoded)
    else this.#receiveBatch(decoded)
  }

  /** What was sent in one message, and is each by itself. */
  #receivePack(items: readonly JsonValue[]): void {
    const most = this.#mostInOne
    if (items.length === 0 || items.length > most)
      return this.#fault(null, RPC.INVALID, `a pack holds 1 to ${most} messages`)
    for (const item of items) this.#take(item, this.#reply)
  }

  /** JSON-RPC's own batch: requests that have nothing to do with each other but their message. */
  #receiveBatch(items: readonly JsonValue[]): void {
    const { batch } = this.#service.limits
    if (items.length === 0)
      return this.#fault(null, RPC.INVALID, 'a batch holds a request at least')
    if (items.length > batch)
      return this.#fault(null, RPC.INVALID, `a batch holds at most ${batch} requests`)
    const answers: (object | undefined)[] = items.map(() => undefined)
    let left = items.length
    for (const [i, item] of items.entries())
      this.#take(item, (answer) => {
        answers[i] = answer
        left -= 1
        const given = left > 0 ? [] : answers.filter((each) => each !== undefined)
        if (given.length > 0) this.#send(given)
      })
  }

  /** `reply` is told once: the answer, or nothing where none is wanted or it is given otherwise. */
  #take(value: JsonValue, reply: Reply): void {
    const frame = readFrame(value)
    if (frame.kind === 'invalid') this.#fault(frame.id, RPC.INVALID, frame.reason)
    // The server asks nothing of its clients: an answer is to nothing.
    else if (frame.kind === 'response') this.close(CLOSE.PROTOCOL, 'an answer to nothing')
    else if (frame.method === METHODS.HELLO) void this.#greet(frame)
    else if (this.#held !== undefined) this.#hold(frame, this.#held)
    else return this.#run(frame, reply)
    reply(undefined)
  }

  #hold(frame: RequestFrame, held: RequestFrame[]): void {
    if (held.length < this.#service.limits.inFlight) held.push(frame)
    else this.close(CLOSE.TOO_MANY, 'too many requests before hello')
  }

  /** Answered by itself, before anything that was held. */
  async #greet(frame: RequestFrame): Promise<void> {
    const id = frame.id ?? null
    if (this.#greeting) return this.close(CLOSE.PROTOCOL, 'hello is being answered')
    this.#greeting = true
    // What is asked after this hello is asked of the login that it brings.
    if (this.#isExpired) this.#held ??= []
    try {
      const { login, token, answer } = await welcome(this.#service, frame.params, this.id)
      this.#renew(login, token)
      this.#send({ jsonrpc: '2.0', id, result: answer })
      this.#pack(readPack(frame.params['pack']), answer.pack)
      this.#release()
    } catch (error) {
      this.#send({ jsonrpc: '2.0', id, error: answerError(error) })
      // Whoever is logged in keeps the login that they have, and one whose schema differs may say more of it.
      const isMismatch = isDBALError(error) && error.code === 'SCHEMA_MISMATCH'
      if ((this.#caller === undefined || this.#isExpired) && !isMismatch)
        this.close(CLOSE.UNAUTHORIZED, 'hello was refused')
    } finally {
      this.#greeting = false
    }
  }

  /** Both sides' messages from here on. */
  #pack(theirs = 1, ours = 0): void {
    this.#wire.pack(theirs)
    this.#mostInOne = ours
  }

  /** Throws FORBIDDEN for a login of somebody else. */
  #renew(login: Login, token: string | undefined): void {
    const caller = this.#caller
    if (caller !== undefined && !isSamePrincipal(caller.login, login))
      throw new DBALError('FORBIDDEN', {
        details: { reason: 'another principal needs a connection of their own' },
      })
    clearTimeout(this.#helloTimer)
    // What it streams is what the login of before may see: it is asked for again.
    if (caller !== undefined && !isSameLogin(caller.login, login)) this.#endStreams(ENDED.LOGIN)
    this.#caller = callerOf(this.#service, login, this)
    this.#token = token
    clearTimeout(this.#expiryTimer)
    if (this.#isExpired) {
      this.#isExpired = false
      this.#flowAgain()
    }
    if (login.expiresAt === undefined) return
    const left = login.expiresAt - Date.now()
    this.#expiryTimer = setTimeout(() => this.#expire(), Math.min(Math.max(left, 0), MAX_TIMER_MS))
  }

  /** What was held is asked in the order in which it came. */
  #release(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const frame of held) this.#run(frame, this.#reply)
  }

  #run(frame: RequestFrame, reply: Reply): void {
    const { id, method } = frame
    const caller = this.#caller
    if (caller === undefined || this.#isOver) return reply(undefined)
    if (id !== undefined && this.#running.has(id)) {
      this.close(CLOSE.PROTOCOL, 'an id is in use already')
      return reply(undefined)
    }
    const kind = KINDS.get(method) ?? 'passing'
    const refusal = kind === 'control' ? undefined : this.#refusal(caller)
    if (refusal !== undefined) return reply(id === undefined ? undefined : failure(id, refusal))
    const signal = new CallSignal()
    if (id !== undefined && kind !== 'control') this.#running.set(id, signal)
    if (kind === 'passing') this.#busy += 1
    const settle = (answer: object | undefined): void => {
      if (id !== undefined && kind !== 'control') this.#running.delete(id)
      if (kind === 'passing') this.#busy -= 1
      reply(answer)
      this.#steer()
    }
    perform(caller, frame, signal).then(
      (result) => settle(id === undefined ? undefined : { jsonrpc: '2.0', id, result }),
      (error: unknown) => settle(id === undefined ? undefined : failure(id, error)),
    )
    this.#steer()
  }

  #refusal({ login }: Caller): DBALError | undefined {
    if (this.#isDraining)
      return new DBALError('UNAVAILABLE', {
        details: { reason: ENDED.SHUTDOWN },
        outcome: 'none',
      })
    const isOver = login.expiresAt !== undefined && login.expiresAt <= Date.now()
    if (isOver || this.#isExpired)
      return new DBALError('UNAUTHORIZED', { details: { reason: 'the login has ended' } })
    return undefined
  }

  #expire(): void {
    const left = (this.#caller?.login.expiresAt ?? 0) - Date.now()
    if (left > 0) {
      this.#expiryTimer = setTimeout(() => this.#expire(), Math.min(left, MAX_TIMER_MS))
      return
    }
    this.#endLogin()
  }

  /** Work that has begun ends; nothing else is done, and nothing told, until the login is renewed. */
  #endLogin(): void {
    const { renewalMs } = this.#service.limits
    this.#isExpired = true
    for (const open of this.transactions.values()) void open.abandon()
    this.#send({ jsonrpc: '2.0', method: METHODS.EXPIRED, params: { withinMs: renewalMs } })
    clearTimeout(this.#expiryTimer)
    this.#expiryTimer = setTimeout(() => {
      this.close(CLOSE.UNAUTHORIZED, 'the login has ended')
    }, renewalMs)
  }

  #refuseLarge(payload: Payload, messageBytes: number): void {
    const id = typeof payload === 'string' ? findId(payload) : undefined
    if (id === undefined) return this.close(CLOSE.TOO_BIG, 'the message is too large')
    const reason = `a message has at most ${messageBytes} bytes`
    this.#send({ jsonrpc: '2.0', id, error: protocolError(RPC.INVALID, reason) })
  }

  #fault(id: FrameId | null, code: number, reason: string): void {
    this.#send({ jsonrpc: '2.0', id, error: protocolError(code, reason) })
    this.#faults += 1
    if (this.#faults >= MAX_FAULTS) this.close(CLOSE.PROTOCOL, 'too many malformed messages')
  }

  #send(frame: object | undefined): void {
    if (this.#isOver || frame === undefined) return
    let payload: Payload
    try {
      payload = this.#wire.encoding.encode(frame)
    } catch {
      // A handler answered what is no JSON.
      const id = (frame as { readonly id?: FrameId }).id ?? null
      const error = encodeError(new DBALError('INTERNAL_ERROR'))
      payload = this.#wire.encoding.encode({ jsonrpc: '2.0', id, error })
    }
    this.#wire.send(payload)
    if (this.#wire.buffered > this.#service.limits.sendMax) {
      this.#wire.close(CLOSE.SLOW_CONSUMER, 'answers are not being read')
      this.#wire.terminate()
      this.#end()
    } else this.#steer()
  }

  /** Reads only while there is room for what comes of it. */
  #steer(): void {
    const { inFlight, sendHighWater } = this.#service.limits
    const isFull = this.#busy >= inFlight || this.#wire.buffered > sendHighWater
    if (isFull === this.#isPaused || this.#isOver) return
    this.#isPaused = isFull
    if (isFull) this.#wire.pause()
    else this.#wire.resume()
  }

  #flowAgain(): void {
    if (this.#wire.buffered <= this.#service.limits.sendHighWater)
      for (const resolve of this.#drained.splice(0)) resolve()
    this.#steer()
  }

  /** Whoever reads them may ask for the rest. */
  #endStreams(reason: string): void {
    for (const id of this.streams.keys())
      this.#running.get(id)?.abort(new DBALError('UNAVAILABLE', { details: { reason } }))
  }

  #end(): void {
    if (this.#isOver) return
    this.#isOver = true
    clearTimeout(this.#helloTimer)
    clearTimeout(this.#expiryTimer)
    this.#held = []
    for (const open of this.transactions.values()) void open.abandon()
    for (const signal of this.#running.values()) signal.abort(new DBALError('CANCELLED'))
    for (const resolve of this.#drained.splice(0)) resolve()
    this.#closed()
  }
}

function failure(id: FrameId, error: unknown): object {
  return { jsonrpc: '2.0', id, error: answerError(error) }
}
