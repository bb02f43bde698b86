// What a keyed call is told apart by, and the form in which its answer is kept.
import { authorize } from '../operation/authorize.ts'
import type { Caller } from '../operation/run-operation.ts'
import { decodeResult, encodeInput, type StopSignal } from '@proj/dbal-contract'
import { GuardedStore } from '@proj/dbal-policy'
import type { Entity, JsonValue, OperationSpec } from '@proj/dbal-schema'
import type { Runtime } from '../runtime.ts'
import { maskAnswer } from './mask-answer.ts'

type Input = Readonly<Record<string, unknown>>
type Asker = Pick<Caller, 'principal' | 'store' | 'inTransaction'>

export interface NamedCall {
  readonly entity: Entity
  readonly operation: OperationSpec
}

/** Throws UNAUTHORIZED or FORBIDDEN to who may not call, whatever is stored. */
export function callForm(
  { model, policy }: Runtime,
  { principal }: Asker,
  { entity, operation }: NamedCall,
  input: Input,
): JsonValue {
  authorize(model, entity, operation, policy.access(principal))
  const { misfits, params } = encodeInput(model, entity, operation, input)
  return [entity.name, operation.name, misfits, params]
}

/** A stored answer, as the caller may have it today. */
export function answerAgain(
  { model, policy, now }: Runtime,
  { principal, store, inTransaction }: Asker,
  { entity, operation }: NamedCall,
  stored: JsonValue,
  signal: StopSignal,
): Promise<unknown> {
  const { builtIn, output } = operation
  const answer = decodeResult(model, entity.name, operation, stored)
  if (output.kind !== 'entity' && builtIn === undefined) return Promise.resolve(answer)
  const scope = { principal, now: now(), input: {}, run: { signal }, inTransaction }
  const guarded = new GuardedStore(store, policy, { ...scope, requirement: undefined })
  const rows = output.kind === 'entity' ? model.entities.get(output.entity) : undefined
  return maskAnswer(model, guarded, rows ?? entity, answer)
}
