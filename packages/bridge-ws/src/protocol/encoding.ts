// Frames as bytes. Both encodings carry the same JSON values, so that they cannot differ in meaning; CBOR
// (RFC 8949) is binary and shorter. It is loaded when a connection asks for it.
import type { JsonValue } from '@proj/dbal-schema'

export type Payload = string | Uint8Array

export interface Encoding {
  readonly name: 'json' | 'cbor'
  readonly subprotocol: string
  encode(frame: unknown): Payload
  /** Encoded frames as one message: a list of them. */
  pack(frames: readonly Payload[]): Payload
  /** Throws for anything that is not well-formed, or is nested deeper than `maxDepth`. */
  decode(payload: Payload, maxDepth: number): JsonValue
}

export const SUBPROTOCOLS = { json: 'dbal.v1+json', cbor: 'dbal.v1+cbor' } as const

const JSON_ENCODING: Encoding = {
  name: 'json',
  subprotocol: SUBPROTOCOLS.json,
  encode: (frame) => JSON.stringify(frame),
  pack: (frames) => `[${frames.join(',')}]`,
  decode: (payload, maxDepth) => {
    if (typeof payload !== 'string') throw new TypeError('a message of this protocol is text')
    demandDepth(payload, maxDepth)
    return JSON.parse(payload) as JsonValue
  },
}

let cbor: Promise<Encoding> | undefined

export function loadEncoding(name: Encoding['name']): Promise<Encoding> {
  if (name === 'json') return Promise.resolve(JSON_ENCODING)
  cbor ??= import('./cbor.ts').then(({ CBOR_ENCODING }) => CBOR_ENCODING)
  return cbor
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b])
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d])

/** Counts brackets outside of texts, before anything is built of them. Throws RangeError. */
function demandDepth(text: string, maxDepth: number): void {
  // A bracket takes a character: a short text cannot be deep.
  if (text.length <= maxDepth) return
  let depth = 0
  let inText = false
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i)
    if (inText) {
      if (code === BACKSLASH) i += 1
      else if (code === QUOTE) inText = false
    } else if (code === QUOTE) inText = true
    else if (OPENING.has(code)) {
      depth += 1
      if (depth > maxDepth) throw new RangeError('the message is nested too deeply')
    } else if (CLOSING.has(code)) depth -= 1
  }
}
