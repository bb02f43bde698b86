// Messages as requests: by themselves, in a pack, or in a JSON-RPC batch. What makes no sense is answered, for a
// while.
import type { JsonValue } from '@proj/dbal-schema'
import { CLOSE } from '../protocol/close-codes.ts'
import type { Encoding, Payload } from '../protocol/encoding.ts'
import { readFrame, type FrameId, type RequestFrame } from '../protocol/frame.ts'
import type { BridgeLimits } from '../protocol/limits.ts'
import { protocolError, RPC } from '../protocol/rpc-error.ts'
import { findId } from './find-id.ts'

/** Told once: the answer, or nothing where none is wanted or it is given otherwise. */
export type Reply = (answer: object | undefined) => void

export interface MessageSink {
  request(frame: RequestFrame, reply: Reply): void
  send(answer: object | undefined): void
  close(code: number, reason: string): void
}

/** Messages that make no sense, after which there is no use in going on. */
const MAX_FAULTS = 10

export class MessageReader {
  readonly #encoding: Encoding
  readonly #limits: BridgeLimits
  readonly #sink: MessageSink
  /** Messages that the client may put into one; none before that was agreed. */
  #mostInOne = 0
  #faults = 0

  constructor(encoding: Encoding, limits: BridgeLimits, sink: MessageSink) {
    this.#encoding = encoding
    this.#limits = limits
    this.#sink = sink
  }

  /** From here on a list is a pack of at most so many. */
  unpack(most: number): void {
    this.#mostInOne = most
  }

  receive(payload: Payload): void {
    const { messageBytes, messageDepth } = this.#limits
    if (payload.length > messageBytes) return this.#refuseLarge(payload)
    const isPacked = this.#mostInOne > 0
    let decoded: JsonValue
    try {
      decoded = this.#encoding.decode(payload, messageDepth + (isPacked ? 1 : 0))
    } catch {
      return this.#fault(null, RPC.PARSE, 'the message is not well-formed, or nested too deeply')
    }
    if (!Array.isArray(decoded)) this.#take(decoded, this.#sink.send)
    else if (isPacked) this.#receivePack(decoded)
    else this.#receiveBatch(decoded)
  }

  /** What was sent in one message, and is each by itself. */
  #receivePack(items: readonly JsonValue[]): void {
    const most = this.#mostInOne
    if (items.length === 0 || items.length > most)
      return this.#fault(null, RPC.INVALID, `a pack holds 1 to ${most} messages`)
    for (const item of items) this.#take(item, this.#sink.send)
  }

  /** JSON-RPC's own batch: requests that have nothing to do with each other but their message. */
  #receiveBatch(items: readonly JsonValue[]): void {
    const { batch } = this.#limits
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
        if (given.length > 0) this.#sink.send(given)
      })
  }

  #take(value: JsonValue, reply: Reply): void {
    const frame = readFrame(value)
    if (frame.kind === 'request') return this.#sink.request(frame, reply)
    if (frame.kind === 'invalid') this.#fault(frame.id, RPC.INVALID, frame.reason)
    // The server asks nothing of its clients: an answer is to nothing.
    else this.#sink.close(CLOSE.PROTOCOL, 'an answer to nothing')
    reply(undefined)
  }

  #refuseLarge(payload: Payload): void {
    const id = typeof payload === 'string' ? findId(payload) : undefined
    if (id === undefined) return this.#sink.close(CLOSE.TOO_BIG, 'the message is too large')
    const reason = `a message has at most ${this.#limits.messageBytes} bytes`
    this.#sink.send({ jsonrpc: '2.0', id, error: protocolError(RPC.INVALID, reason) })
  }

  #fault(id: FrameId | null, code: number, reason: string): void {
    this.#sink.send({ jsonrpc: '2.0', id, error: protocolError(code, reason) })
    this.#faults += 1
    if (this.#faults >= MAX_FAULTS) this.#sink.close(CLOSE.PROTOCOL, 'too many malformed messages')
  }
}
