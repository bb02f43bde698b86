// Whether a transaction was committed, for who lost the answer to its commit. Its key is stored with it; who asks
// for the outcome of one that has none stores that, so that it cannot be committed any more.
import {
  CallSignal,
  DBALError,
  type Principal,
  type StopSignal,
  type Store,
} from '@proj/dbal-contract'
import type { Runtime } from '../runtime.ts'
import { callId, fingerprint } from './call-key.ts'
import { insert, once, Taken, type KeyRow } from './once.ts'
import { resultText } from './stored-answer.ts'

export type TransactionOutcome = 'applied' | 'none'

const KIND = 'transaction'

function rowOf(principal: Principal, key: string, signal: StopSignal): KeyRow {
  return { id: callId(principal, key), fingerprint: fingerprint(key, KIND), signal }
}

/** The last thing in the transaction. Throws CONFLICT where the key has an outcome already. */
export async function storeApplied(
  runtime: Runtime,
  principal: Principal,
  store: Store,
  key: string,
): Promise<void> {
  try {
    const row = rowOf(principal, key, new CallSignal())
    await insert(runtime, row, store, resultText('applied'))
  } catch (error) {
    if (!(error instanceof Taken)) throw error
    const reason = 'a transaction with this idempotency key was committed, or given up, before'
    throw new DBALError('CONFLICT', { details: { reason }, cause: error })
  }
}

/** Waits for one that is being committed. Throws CONFLICT for the key of a call. */
export async function outcomeOf(
  runtime: Runtime,
  principal: Principal,
  key: string,
  signal: StopSignal,
): Promise<TransactionOutcome> {
  const { store } = runtime
  const outcome = await once(runtime, {
    ...rowOf(principal, key, signal),
    store,
    begin: (work) => store.transaction(work, { signal }),
    run: async () => 'none',
    encode: () => 'none',
    replay: async (stored) => stored,
  })
  return outcome === 'applied' ? 'applied' : 'none'
}
