// CBOR as a second spelling of JSON's values: no tags, no bytes, no undefined, no key twice.
import { decode, encode, Token, Type, type EncodeOptions } from 'cborg'
import type { JsonValue } from '@proj/dbal-schema'
import { SUBPROTOCOLS, type Encoding, type SentFrame } from './encoding.ts'

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
  encodeFrame: frameBytes,
  pack: (frames) => join([headOf(LIST, frames.length), ...(frames as readonly Uint8Array[])]),
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

/** Put together, as `frameText` is: most of a small frame is always the same. */
function frameBytes({ id, method, params, meta, result, error }: SentFrame): Uint8Array {
  const parts: Bytes[] = [NO_HEAD, VERSION]
  if (id !== undefined)
    parts.push(ID, typeof id === 'number' && id >= 0 ? headOf(UINT, id) : spell(id))
  if (method !== undefined) parts.push(METHOD, spellName(method))
  if (params !== undefined) parts.push(PARAMS, spell(params))
  if (meta !== undefined) parts.push(META, spell(meta))
  if (result !== undefined) parts.push(RESULT, spell(result))
  if (error !== undefined) parts.push(ERROR, spell(error))
  // A name and its value each, but for the first two.
  parts[0] = headOf(MAP, parts.length / 2)
  return join(parts)
}

type Bytes = Uint8Array | readonly number[]

/** Major types (RFC 8949, 3.1). */
const UINT = 0x00
const LIST = 0x80
const MAP = 0xa0

/** Bytes that are copied one by one in less time than a call into the engine takes. */
const SHORT = 32

const NO_HEAD: Bytes = []
const VERSION = join([spell('jsonrpc'), spell('2.0')])
const ID = spell('id')
const METHOD = spell('method')
const PARAMS = spell('params')
const META = spell('meta')
const RESULT = spell('result')
const ERROR = spell('error')

const MAX_NAMES = 1_000
const names = new Map<string, Uint8Array>()

function spellName(name: string): Uint8Array {
  let spelt = names.get(name)
  if (spelt === undefined) {
    spelt = spell(name)
    // Callers may ask for any.
    if (names.size < MAX_NAMES) names.set(name, spelt)
  }
  return spelt
}

/** Of an item of that major type: a number below 2^32, or the length of what follows. */
function headOf(major: number, n: number): readonly number[] {
  if (n < 24) return [major | n]
  if (n < 0x1_00) return [major | 24, n]
  if (n < 0x1_00_00) return [major | 25, n >>> 8, n & 0xff]
  return [major | 26, n >>> 24, (n >>> 16) & 0xff, (n >>> 8) & 0xff, n & 0xff]
}

function join(parts: readonly Bytes[]): Uint8Array {
  let size = 0
  for (const { length } of parts) size += length
  const joined = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    const { length } = part
    if (length > SHORT) joined.set(part, at)
    else for (let i = 0; i < length; i += 1) joined[at + i] = part[i] as number
    at += length
  }
  return joined
}

/** Throws RangeError, as the decoder does where the stack ends first. */
function demandDepth(value: JsonValue, left: number): void {
  if (typeof value !== 'object' || value === null) return
  if (left === 0) throw new RangeError('the message is nested too deeply')
  if (Array.isArray(value)) {
    for (const item of value as readonly JsonValue[]) demandDepth(item, left - 1)
    return
  }
  // Made by the decoder, so that nothing is inherited.
  const map = value as Readonly<Record<string, JsonValue>>
  for (const name in map) demandDepth(map[name] as JsonValue, left - 1)
}
