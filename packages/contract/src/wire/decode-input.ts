// JSON has no bigint and no bytes: values of fields arrive in wire form, and are read here wherever an
// input may hold one. What is not of its wire form stays as it is, for the client to refuse by name.
import type { Entity, Model, OperationSpec } from '@proj/dbal-schema'
import { JsonNull } from '../value/value.ts'
import { decodeWire } from './decode-wire.ts'
import { Misfit } from './misfits.ts'
import { isJsonNull, walkInput, type Leaf } from './walk-input.ts'

type Input = Readonly<Record<string, unknown>>

/** The flat input of an operation, as the client takes it. */
export function decodeInput(
  model: Model,
  entity: Entity,
  operation: OperationSpec,
  input: Input,
): Input {
  return walkInput(model, entity, operation, input, decodeLeaf)
}

const decodeLeaf: Leaf = (shape, value, whole) => {
  // A text that was given as one is no value of a field whose wire form is a text.
  if (value instanceof Misfit && value.kind === 'wire') return value.value
  // Of a condition only JSON's null is wrapped: any other object holds operators.
  if (whole && shape.type === 'json') return isJsonNull(value) ? JsonNull : value
  return decodeWire(shape, value)
}
