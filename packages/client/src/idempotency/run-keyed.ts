// A mutation that is called with an idempotency key: who may call, what the key stands for, and the form
// of the answer. That it is done once is left to once.ts.
import {
  DBALError,
  decodeResult,
  encodeInput,
  encodeResult,
  isDBALError,
  isPlainObject,
} from '@proj/dbal-contract'
import { GuardedStore } from '@proj/dbal-policy'
import type { Entity, OperationSpec } from '@proj/dbal-schema'
import { authorize } from '../operation/authorize.ts'
import type { Caller } from '../operation/run-operation.ts'
import type { Runtime } from '../runtime.ts'
import { callId, fingerprint } from './call-key.ts'
import { maskAnswer } from './mask-answer.ts'
import { once, onceInside, type Keyed } from './once.ts'

export interface KeyedCall {
  readonly caller: Caller
  readonly entity: Entity
  readonly operation: OperationSpec
  readonly input: unknown
  readonly key: string
  readonly signal: AbortSignal
  /** The audit log begins transactions of the store by itself. */
  readonly surrounded: boolean
}

/** Throws UNAUTHORIZED or FORBIDDEN to who may not call, whatever is stored. */
export function runKeyed(
  runtime: Runtime,
  call: KeyedCall,
  perform: (caller: Caller) => Promise<unknown>,
): Promise<unknown> {
  const { model, policy, audit } = runtime
  const { caller, entity, operation, input = {}, key, signal, surrounded } = call
  const { principal, store, inTransaction } = caller
  authorize(model, entity, operation, policy.access(principal))
  // It is refused whenever it comes.
  if (!isPlainObject(input)) return perform(caller)
  const encoded = encodeInput(model, entity, operation, input)
  const keyed: Keyed = {
    id: callId(principal, key),
    fingerprint: fingerprint(key, [entity.name, operation.name, encoded.misfits, encoded.params]),
    store,
    signal,
    begin: (work) =>
      surrounded || audit === undefined
        ? store.transaction(work, { signal })
        : audit.log.transaction(store, work, { signal }),
    run: meetingRivals(runtime, operation, (inner) =>
      perform({ ...caller, store: inner, inTransaction: true }),
    ),
    encode: (answer) => encodeResult(model, entity.name, operation, answer),
    replay: (answer) => {
      const { output } = operation
      const decoded = decodeResult(model, entity.name, operation, answer)
      if (output.kind !== 'entity' && operation.builtIn === undefined)
        return Promise.resolve(decoded)
      const scope = { principal, now: runtime.now(), input: {}, run: { signal }, inTransaction }
      const guarded = new GuardedStore(store, policy, { ...scope, requirement: undefined })
      const rows = output.kind === 'entity' ? model.entities.get(output.entity) : entity
      return maskAnswer(model, guarded, rows ?? entity, decoded)
    },
  }
  return inTransaction ? onceInside(runtime, keyed) : once(runtime, keyed)
}

/** Without savepoints a rival's row ends the transaction of an upsert; the next one finds it to update. */
function meetingRivals(
  { adapter }: Runtime,
  { builtIn }: OperationSpec,
  run: Keyed['run'],
): Keyed['run'] {
  if (builtIn !== 'upsert' || adapter.capabilities.features.has('nested_transactions')) return run
  let met = false
  return async (store) => {
    try {
      return await run(store)
    } catch (error) {
      const isRival = isDBALError(error) && ['CONFLICT', 'TX_ABORTED'].includes(error.code)
      if (!isRival || met) throw error
      met = true
      throw new DBALError('SERIALIZATION_CONFLICT', { cause: error })
    }
  }
}
