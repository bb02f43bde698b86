// CBOR as a second spelling of JSON's values: no tags, no bytes, no undefined, no key twice.
import { decode, encode, Token, Type, type EncodeOptions } from 'cborg'
import type { JsonValue } from '@proj/dbal-schema'
import { SUBPROTOCOLS, type Encoding, type Payload } from './encoding.ts'

const STRICT = {
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
}

const ENCODERS: EncodeOptions = {
  typeEncoders: {
    /** An integer beyond what a double holds exactly is still a double here, never a CBOR integer. */
    number: (value: number) =>
      Number.isInteger(value) && !Number.isSafeInteger(value)
        ? [new Token(Type.float, value)]
        : null,
  },
  ignoreUndefinedProperties: true,
  // Keys stay as they stand: in what is sorted by, their order is what is meant.
  mapSorter: () => 0,
}

export const CBOR_ENCODING: Encoding = {
  name: 'cbor',
  subprotocol: SUBPROTOCOLS.cbor,
  encode: spell,
  encodeFrame: spell,
  pack,
  decode: (payload, maxDepth) => {
    if (typeof payload === 'string') throw new TypeError('a message of this protocol is binary')
    const value = decode(payload, STRICT) as JsonValue
    demandDepth(value, maxDepth)
    return value
  },
}

function spell(value: unknown): Uint8Array {
  return encode(value, ENCODERS)
}

function pack(frames: readonly Payload[]): Uint8Array {
  const head = headOf(frames.length)
  let size = head.length
  for (const { length } of frames) size += length
  const packed = new Uint8Array(size)
  packed.set(head)
  let at = head.length
  for (const frame of frames as readonly Uint8Array[]) {
    packed.set(frame, at)
    at += frame.length
  }
  return packed
}

/** Of a list of so many items. */
function headOf(length: number): readonly number[] {
  if (length < 24) return [0x80 | length]
  return length < 256 ? [0x98, length] : [0x99, length >> 8, length & 0xff]
}

/** Throws RangeError, as the decoder does where the stack ends first. */
function demandDepth(value: JsonValue, left: number): void {
  if (typeof value !== 'object' || value === null) return
  if (left === 0) throw new RangeError('the message is nested too deeply')
  for (const item of Object.values(value)) demandDepth(item, left - 1)
}
