// Frames as bytes. Both encodings carry the same JSON values, so that they cannot differ in meaning; CBOR
// (RFC 8949) is binary and shorter. It is loaded when a connection asks for it.
import type { JsonValue } from '@proj/dbal-schema'
import type { FrameId } from './frame.ts'

export type Payload = string | Uint8Array

export interface Encoding {
  readonly name: 'json' | 'cbor'
  readonly subprotocol: string
  encode(value: unknown): Payload
  /** The same of what is one frame for certain. */
  encodeFrame(frame: SentFrame): Payload
  /** Encoded frames as one message: a list of them. */
  pack(frames: readonly Payload[]): Payload
  /** Throws for anything that is not well-formed, or is nested deeper than `maxDepth`. */
  decode(payload: Payload, maxDepth: number): JsonValue
}

export const SUBPROTOCOLS = { json: 'dbal.v1+json', cbor: 'dbal.v1+cbor' } as const

const JSON_ENCODING: Encoding = {
  name: 'json',
  subprotocol: SUBPROTOCOLS.json,
  encode: (value) => JSON.stringify(value),
  encodeFrame: frameText,
  pack: (frames) => `[${frames.join(',')}]`,
  decode: (payload, maxDepth) => {
    if (typeof payload !== 'string') throw new TypeError('a message of this protocol is text')
    demandDepth(payload, maxDepth)
    return JSON.parse(payload) as JsonValue
  },
}

/** What is sent: a request, a notification or an answer. */
export interface SentFrame {
  readonly jsonrpc: '2.0'
  readonly id?: FrameId | null | undefined
  readonly method?: string | undefined
  readonly params?: unknown
  readonly meta?: unknown
  readonly result?: unknown
  readonly error?: unknown
}

/** Put together, since most of a small frame is always the same, and spelling an object out costs more than all else. */
function frameText({ id, method, params, meta, result, error }: SentFrame): string {
  let text = '{"jsonrpc":"2.0"'
  if (id !== undefined) text += `,"id":${typeof id === 'number' ? id : JSON.stringify(id)}`
  if (method !== undefined) text += `,"method":${JSON.stringify(method)}`
  if (params !== undefined) text += `,"params":${JSON.stringify(params)}`
  if (meta !== undefined) text += `,"meta":${JSON.stringify(meta)}`
  if (result !== undefined) text += `,"result":${spell(result)}`
  if (error !== undefined) text += `,"error":${JSON.stringify(error)}`
  return `${text}}`
}

/** Throws TypeError for what is no JSON: a handler may answer anything. */
function spell(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined
  if (text === undefined) throw new TypeError('an answer has to be JSON')
  return text
}

let cbor: Promise<Encoding> | undefined

export function loadEncoding(name: Encoding['name']): Promise<Encoding> {
  if (name === 'json') return Promise.resolve(JSON_ENCODING)
  cbor ??= import('./cbor.ts').then(({ CBOR_ENCODING }) => CBOR_ENCODING)
  return cbor
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
/** Of brackets and braces: they differ in one bit. */
const EITHER = ~0x20
const OPENING = 0x5b
const CLOSING = 0x5d

/** Counts brackets outside of texts, before anything is built of them. Throws RangeError. */
function demandDepth(text: string, maxDepth: number): void {
  // A bracket takes a character: a short text cannot be deep.
  if (text.length <= maxDepth) return
  let depth = 0
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i)
    if (code === QUOTE) {
      i = endOfText(text, i)
      continue
    }
    const bracket = code & EITHER
    if (bracket === OPENING) {
      depth += 1
      if (depth > maxDepth) throw new RangeError('the message is nested too deeply')
    } else if (bracket === CLOSING) depth -= 1
  }
}

/** Where the quote stands that closes the text; beyond the end where none does. */
function endOfText(text: string, opening: number): number {
  for (let at = opening + 1; ; at += 1) {
    at = text.indexOf('"', at)
    if (at < 0) return text.length
    let escapes = 0
    while (text.charCodeAt(at - 1 - escapes) === BACKSLASH) escapes += 1
    if (escapes % 2 === 0) return at
  }
}
