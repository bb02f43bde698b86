// CBOR as a second spelling of JSON's values: no tags, no bytes, no undefined, no key twice.
import { decode, encode, Token, Type } from 'cborg'
import type { JsonValue } from '@proj/dbal-schema'
import { SUBPROTOCOLS, type Encoding } from './encoding.ts'

const STRICT = {
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
}

const ENCODERS = {
  typeEncoders: {
    /** An integer beyond what a double holds exactly is still a double here, never a CBOR integer. */
    number: (value: number) =>
      Number.isInteger(value) && !Number.isSafeInteger(value)
        ? [new Token(Type.float, value)]
        : null,
  },
  ignoreUndefinedProperties: true,
}

export const CBOR_ENCODING: Encoding = {
  name: 'cbor',
  subprotocol: SUBPROTOCOLS.cbor,
  encode: (frame) => encode(frame, ENCODERS),
  decode: (payload, maxDepth) => {
    if (typeof payload === 'string') throw new TypeError('a message of this protocol is binary')
    const value = decode(payload, STRICT) as JsonValue
    demandDepth(value, maxDepth)
    return value
  },
}

/** Throws RangeError, as the decoder does where the stack ends first. */
function demandDepth(value: JsonValue, left: number): void {
  if (typeof value !== 'object' || value === null) return
  if (left === 0) throw new RangeError('the message is nested too deeply')
  for (const item of Object.values(value)) demandDepth(item, left - 1)
}
