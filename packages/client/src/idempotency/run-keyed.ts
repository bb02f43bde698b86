// A mutation that is called with an idempotency key: who may call, what the key stands for, and the form
// of the answer. That it is done once is left to once.ts.
import {
  DBALError,
  encodeResult,
  isDBALError,
  isPlainObject,
  type StopSignal,
} from '@proj/dbal-contract'
import type { OperationSpec } from '@proj/dbal-schema'
import type { Caller } from '../operation/run-operation.ts'
import type { Runtime } from '../runtime.ts'
import { answerAgain, callForm, type NamedCall } from './call-form.ts'
import { callId, fingerprint } from './call-key.ts'
import { once, onceInside, type Keyed } from './once.ts'

export interface KeyedCall extends NamedCall {
  readonly caller: Caller
  readonly input: unknown
  readonly key: string
  readonly signal: StopSignal
  /** The audit log begins transactions of the store by itself. */
  readonly surrounded: boolean
}

/** Throws UNAUTHORIZED or FORBIDDEN to who may not call, whatever is stored. */
export function runKeyed(
  runtime: Runtime,
  call: KeyedCall,
  perform: (caller: Caller) => Promise<unknown>,
): Promise<unknown> {
  const { model, audit } = runtime
  const { caller, entity, operation, input = {}, key, signal, surrounded } = call
  const { principal, store, inTransaction } = caller
  // It is refused whenever it comes.
  if (!isPlainObject(input)) return perform(caller)
  const keyed: Keyed = {
    id: callId(principal, key),
    fingerprint: fingerprint(key, callForm(runtime, caller, call, input)),
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
    replay: (answer) => answerAgain(runtime, caller, call, answer, signal),
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
