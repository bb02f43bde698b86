// Operations as requests, and their answers as values: the Model's part of the client's half.
import {
  decodeResult,
  encodeInput,
  isMutation,
  type RunningOptions,
  type EncodedInput,
} from '@proj/dbal-contract'
import type { Entity, JsonValue, Model, OperationSpec } from '@proj/dbal-schema'
import type { RequestInit } from './pending-request.ts'

/** An operation that was found in the Model, and its input. */
export interface Call {
  readonly entity: Entity
  readonly operation: OperationSpec
  readonly input: Readonly<Record<string, unknown>>
}

export interface CallDefaults {
  readonly timeoutMs: number
  /** Makes a key for a mutation that has none, so that it can be sent again. */
  readonly makeKey: (() => string) | undefined
}

export interface Encoded {
  readonly method: string
  readonly params: EncodedInput['params']
  readonly misfits?: true
}

/** Throws VALIDATION_ERROR for an input that has no end. */
export function encodeCall(model: Model, { entity, operation, input }: Call): Encoded {
  const { params, misfits } = encodeInput(model, entity, operation, input)
  const method = `${entity.name}.${operation.name}`
  return misfits ? { method, params, misfits } : { method, params }
}

export function decodeAnswer(
  model: Model,
  { entity, operation }: Call,
  answer: JsonValue,
): unknown {
  return decodeResult(model, entity.name, operation, answer)
}

/** A call outside a transaction. */
export function requestOf(
  model: Model,
  call: Call,
  options: RunningOptions,
  defaults: CallDefaults,
): RequestInit {
  const { method, params, misfits } = encodeCall(model, call)
  const changes = isMutation(call.operation)
  const key = changes ? (options.idempotencyKey ?? defaults.makeKey?.()) : undefined
  return {
    method,
    params,
    // What is undefined is not sent.
    meta: { requestId: options.requestId, misfits, key },
    whenLost: changes && key === undefined ? 'unknown' : 'again',
    timeoutMs: options.timeoutMs ?? defaults.timeoutMs,
    signal: options.signal,
  }
}

export function metaOf({ requestId }: RunningOptions): { readonly requestId?: string } {
  return requestId === undefined ? {} : { requestId }
}
