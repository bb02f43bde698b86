// The inverse of decode-input.ts: an app's input as JSON. What JSON cannot hold and no field stands for is
// kept as a misfit, so that a server refuses it in the words that it would have in process.
import type { Entity, JsonValue, Model, OperationSpec } from '@proj/dbal-schema'
import { isInt64 } from '../value/canonical-number.ts'
import { encodeValue } from '../value/value-codec.ts'
import { JsonNull } from '../value/value.ts'
import { encodeMisfits, hasMisfits, Misfit, tooDeep } from './misfits.ts'
import { walkInput, type Leaf } from './walk-input.ts'

type Input = Readonly<Record<string, unknown>>

export interface EncodedInput {
  readonly params: Readonly<Record<string, JsonValue>>
  /** There are some: `decodeMisfits` comes before `decodeInput`. */
  readonly misfits: boolean
}

/** Throws VALIDATION_ERROR for an input that is nested too deeply to be one. */
export function encodeInput(
  model: Model,
  entity: Entity,
  operation: OperationSpec,
  input: Input,
): EncodedInput {
  const walked = walk(() => walkInput(model, entity, operation, input, encodeLeaf))
  const misfits = hasMisfits(walked)
  const params = misfits ? encodeMisfits(walked) : walked
  return { params: params as EncodedInput['params'], misfits }
}

/** A text where the wire form is one but the app's is not must not be read as that. */
const encodeLeaf: Leaf = ({ type }, value, whole) => {
  switch (type) {
    case 'bigint':
      // One that no field holds is read back by nobody.
      if (typeof value === 'bigint')
        return isInt64(value) ? value.toString() : new Misfit('bigint', value.toString())
      return typeof value === 'string' ? new Misfit('wire', value) : value
    case 'bytes':
      if (value instanceof Uint8Array) return encodeValue({ type }, value)
      return typeof value === 'string' ? new Misfit('wire', value) : value
    case 'datetime':
      return value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : value
    case 'json':
      if (value === JsonNull) return encodeValue({ type }, JsonNull)
      return whole || value === null ? value : encodeValue({ type }, value as JsonValue)
    default:
      return value
  }
}

/** A circle ends where the stack does. */
function walk<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof RangeError ? tooDeep() : error
  }
}
