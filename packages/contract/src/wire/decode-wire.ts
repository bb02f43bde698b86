import { decodeStored } from '../value/value-codec.ts'
import type { Field, JsonValue } from '@proj/dbal-schema'

/** A value in wire form as the client takes it; what is not of that form stays, for the client to refuse. */
export function decodeWire(shape: Pick<Field, 'type'>, value: unknown): unknown {
  const read = decodeStored(shape, value as JsonValue)
  return read.ok ? read.value : value
}
