// One connection: hello first, then requests. It takes everything that was open with it when it ends.
import { DBALError, isDBALError } from '@proj/dbal-contract'
import type { JsonValue } from '@proj/dbal-schema'
import { PackingWire } from '../packing-wire.ts'
import { CLOSE } from '../protocol/close-codes.ts'
import type { FrameId, RequestFrame } from '../protocol/frame.ts'
import { METHODS } from '../protocol/handshake.ts'
import { ENDED } from '../protocol/resumable.ts'
import type { Wire } from '../wire.ts'
import type { Login } from './bridge-host.ts'
import { callerOf, isSameLogin, type Caller, type OpenConnection, type Service } from './caller.ts'
import { Flow, NOT_READ } from './flow.ts'
import type { ItemStream } from './item-stream.ts'
import { LoginLease } from './login-lease.ts'
import { MessageReader, type Reply } from './message-reader.ts'
import type { OpenTransaction } from './open-transaction.ts'
import { answerError } from './protocol-fault.ts'
import { RunningRequests } from './running-requests.ts'
import { readPack, welcome } from './welcome.ts'

/** What else keeps a login from being looked up says nothing of it. */
const WITHDRAWN: ReadonlySet<string> = new Set(['UNAUTHORIZED', 'FORBIDDEN'])

export class Session implements OpenConnection {
  readonly id: string
  readonly transactions = new Map<string, OpenTransaction>()
  readonly streams = new Map<FrameId, ItemStream>()
  readonly #service: Service
  readonly #wire: PackingWire
  readonly #flow: Flow
  readonly #reader: MessageReader
  readonly #lease: LoginLease
  readonly #requests: RunningRequests
  readonly #closed: () => void
  #caller: Caller | undefined
  /** Requests that came before the answer to hello. */
  #held: RequestFrame[] | undefined = []
  #greeting = false
  #isOver = false
  #isDraining = false
  #lastHeard = performance.now()

  constructor(service: Service, wire: Wire, id: string, closed: () => void) {
    const { limits } = service
    this.#service = service
    this.#wire = new PackingWire(wire)
    this.id = id
    this.#closed = closed
    this.#flow = new Flow(this.#wire, limits, () => this.#end())
    this.#requests = new RunningRequests(this.#flow)
    this.#reader = new MessageReader(wire.encoding, limits, {
      request: (frame, reply) => this.#take(frame, reply),
      send: this.#send,
      close: (code, reason) => this.close(code, reason),
    })
    this.#lease = new LoginLease(limits, {
      expired: () => this.#expire(),
      over: (code, reason) => this.close(code, reason),
    })
    this.#wire.listen({
      message: (payload) => {
        if (this.#isOver) return
        this.#lastHeard = performance.now()
        this.#reader.receive(payload)
      },
      close: () => this.#end(),
      drain: () => {
        // Who reads is there, though nothing is read of them.
        if (this.#flow.isClogged) this.#lastHeard = performance.now()
        this.#flow.goOn()
      },
    })
  }

  get inFlight(): number {
    return this.#flow.busy
  }

  /** Whose login may be asked for again; undefined for nobody's. */
  get token(): string | undefined {
    return this.#isOver ? undefined : this.#lease.token
  }

  /** Milliseconds since anything was heard. */
  get silence(): number {
    return performance.now() - this.#lastHeard
  }

  /** Of one who neither says anything nor reads. */
  drop(): void {
    if (this.#flow.isClogged) this.close(CLOSE.SLOW_CONSUMER, NOT_READ)
    else this.close(CLOSE.SILENT, 'nothing was heard')
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
    this.#flow.send({ jsonrpc: '2.0', method: METHODS.GOAWAY, params: { withinMs } })
    this.#endStreams(ENDED.SHUTDOWN)
  }

  /** `asked` says who the token stands for by now; for nobody, the login ends as one that is over does. */
  async verify(token: string, asked: Promise<Login>): Promise<void> {
    // Else it was renewed meanwhile, or is being renewed.
    const isStill = (): boolean => this.token === token && !this.#greeting
    try {
      const login = await asked
      const known = this.#lease.login
      if (!isStill() || known === undefined) return
      if (!isSameLogin(known, login) || known.expiresAt !== login.expiresAt)
        this.#renew(login, token)
    } catch (error) {
      if (isDBALError(error) && WITHDRAWN.has(error.code) && isStill()) this.#lease.end()
    }
  }

  cancel(id: FrameId): boolean {
    return this.#requests.stop(id, new DBALError('CANCELLED'))
  }

  sendItem(id: FrameId, item: JsonValue): void {
    this.#flow.send({ jsonrpc: '2.0', method: METHODS.ITEM, params: { id, item } })
  }

  writable(): Promise<void> | undefined {
    return this.#flow.writable()
  }

  readonly #send: Reply = (answer) => {
    if (answer !== undefined) this.#flow.send(answer)
  }

  #take(frame: RequestFrame, reply: Reply): void {
    if (frame.method === METHODS.HELLO) void this.#greet(frame)
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
    if (this.#lease.isExpired) this.#held ??= []
    try {
      const { host } = this.#service
      const logIn = (given: string | undefined): Promise<Login> => host.login(given)
      const { login, token, answer } = await welcome(this.#service, frame.params, logIn, this.id)
      this.#renew(login, token)
      this.#flow.send({ jsonrpc: '2.0', id, result: answer })
      // Both sides' messages from here on.
      this.#wire.pack(readPack(frame.params['pack']) ?? 1)
      this.#reader.unpack(answer.pack ?? 0)
      this.#release()
    } catch (error) {
      this.#flow.send({ jsonrpc: '2.0', id, error: answerError(error) })
      // Whoever is logged in keeps the login that they have, and one whose schema differs may say more of it.
      const isMismatch = isDBALError(error) && error.code === 'SCHEMA_MISMATCH'
      if (!this.#lease.holds && !isMismatch) this.close(CLOSE.UNAUTHORIZED, 'hello was refused')
    } finally {
      this.#greeting = false
    }
  }

  /** Throws FORBIDDEN for a login of somebody else. */
  #renew(login: Login, token: string | undefined): void {
    const known = this.#lease.login
    this.#lease.renew(login, token)
    // What it streams is what the login of before may see: it is asked for again.
    if (known !== undefined && !isSameLogin(known, login)) this.#endStreams(ENDED.LOGIN)
    this.#caller = callerOf(this.#service, login, this)
    this.#flow.release()
  }

  /** What was held is asked in the order in which it came. */
  #release(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const frame of held) this.#run(frame, this.#send)
  }

  #run(frame: RequestFrame, reply: Reply): void {
    const caller = this.#caller
    if (caller === undefined || this.#isOver) return reply(undefined)
    if (this.#requests.has(frame.id)) {
      this.close(CLOSE.PROTOCOL, 'an id is in use already')
      return reply(undefined)
    }
    this.#requests.run(caller, frame, this.#refusal(), reply)
  }

  #refusal(): DBALError | undefined {
    if (this.#isDraining)
      return new DBALError('UNAVAILABLE', {
        details: { reason: ENDED.SHUTDOWN },
        outcome: 'none',
      })
    if (this.#lease.isOver)
      return new DBALError('UNAUTHORIZED', { details: { reason: 'the login has ended' } })
    return undefined
  }

  /** Work that has begun ends; nothing else is done, and nothing told, until the login is renewed. */
  #expire(): void {
    const { renewalMs } = this.#service.limits
    this.#flow.hold()
    for (const open of this.transactions.values()) void open.abandon()
    this.#flow.send({ jsonrpc: '2.0', method: METHODS.EXPIRED, params: { withinMs: renewalMs } })
  }

  /** Whoever reads them may ask for the rest. */
  #endStreams(reason: string): void {
    for (const id of this.streams.keys())
      this.#requests.stop(id, new DBALError('UNAVAILABLE', { details: { reason } }))
  }

  #end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#lease.stop()
    this.#held = []
    for (const open of this.transactions.values()) void open.abandon()
    this.#requests.stopAll()
    this.#flow.stop()
    this.#closed()
  }
}
