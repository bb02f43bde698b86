// A keyed piece of work is done once: its row is stored by the transaction of the work, and whoever
// comes with the same key is answered from the row. It leaves the answer's form to whoever asks.
import {
  DBALError,
  isDBALError,
  type Params,
  type Query,
  type ResultRow,
  type Store,
  type StopSignal,
} from '@proj/dbal-contract'
import type { JsonValue } from '@proj/dbal-schema'
import type { Runtime } from '../runtime.ts'
import { runAgain } from '../transaction/run-again.ts'
import { DELETE_EXPIRED, INSERT_CALL, SELECT_CALL, SETTLE_CALL } from './mutation-queries.ts'
import { failureText, isLasting, readAnswer, resultText } from './stored-answer.ts'

export interface KeyRow {
  readonly id: string
  readonly fingerprint: string
  readonly signal: StopSignal
}

export interface Keyed extends KeyRow {
  readonly store: Store
  /** Begins the transaction of the work, where none is open. */
  begin(work: (store: Store) => Promise<unknown>): Promise<unknown>
  run(store: Store): Promise<unknown>
  encode(answer: unknown): JsonValue
  /** An answer that was stored, as the caller may have it today. */
  replay(answer: JsonValue): Promise<unknown>
}

/** In a transaction of its own. One that meets a rival is run again, as a transaction is. */
export function once(runtime: Runtime, keyed: Keyed): Promise<unknown> {
  const { model } = runtime
  const { maxRetries } = model.errors.retry
  return runAgain(model, maxRetries, keyed.signal, () => attempt(runtime, keyed))
}

/** In the open transaction, with which the row comes or goes. */
export async function onceInside(runtime: Runtime, keyed: Keyed): Promise<unknown> {
  const stored = await find(runtime, keyed)
  if (stored !== undefined) return answerStored(keyed, stored)
  try {
    return await doIt(runtime, keyed, keyed.store)
  } catch (error) {
    // Of another transaction, which this one does not see yet.
    throw error instanceof Taken ? new DBALError('SERIALIZATION_CONFLICT', { cause: error }) : error
  }
}

/** Somebody else has the key's row. */
export class Taken extends Error {}

async function attempt(runtime: Runtime, keyed: Keyed): Promise<unknown> {
  try {
    return await keyed.begin((store) => doIt(runtime, keyed, store))
  } catch (error) {
    if (!(error instanceof Taken) && !isLasting(error)) throw error
    const kept = error instanceof Taken || (await keepFailure(runtime, keyed, error))
    if (!kept) throw error
    const stored = await find(runtime, keyed)
    // The rival was rolled back, or its time was over.
    if (stored === undefined) throw new DBALError('SERIALIZATION_CONFLICT', { cause: error })
    return answerStored(keyed, stored)
  }
}

async function doIt(runtime: Runtime, keyed: Keyed, store: Store): Promise<unknown> {
  // First, so that a call with the same key waits here or is refused, and never does the work.
  await insert(runtime, keyed, store, null)
  const answer = await keyed.run(store)
  await run(keyed, store, SETTLE_CALL, [resultText(keyed.encode(answer)), keyed.id])
  return answer
}

/** True where a rival has stored what to answer. A failure that cannot be kept is one all the same. */
async function keepFailure(runtime: Runtime, keyed: Keyed, error: DBALError): Promise<boolean> {
  try {
    await insert(runtime, keyed, keyed.store, failureText(error))
    return false
  } catch (problem) {
    return problem instanceof Taken
  }
}

/** Throws Taken. */
export async function insert(
  { now, retentionMs }: Runtime,
  keyed: KeyRow,
  store: Store,
  answer: string | null,
): Promise<void> {
  const created = now()
  const expires = new Date(created.getTime() + retentionMs)
  try {
    await run(keyed, store, INSERT_CALL, [keyed.id, keyed.fingerprint, answer, created, expires])
  } catch (error) {
    const isTaken = isDBALError(error) && error.code === 'CONFLICT'
    throw isTaken ? new Taken('the key is taken', { cause: error }) : error
  }
}

/** The row that counts. One whose time is over goes, so that the next attempt finds none. */
async function find({ now }: Runtime, keyed: Keyed): Promise<ResultRow | undefined> {
  const [row] = await run(keyed, keyed.store, SELECT_CALL, [keyed.id])
  const expires = row?.['expiresAt']
  const moment = now()
  if (!(expires instanceof Date) || expires.getTime() > moment.getTime()) return row
  await run(keyed, keyed.store, DELETE_EXPIRED, [keyed.id, moment])
  return undefined
}

function answerStored(keyed: Keyed, row: ResultRow): Promise<unknown> {
  if (row['fingerprint'] !== keyed.fingerprint)
    throw refusal('this idempotency key was used for another call')
  const { answer } = row
  // Nobody sees a row without one but the transaction that it belongs to.
  if (typeof answer !== 'string') throw refusal('a call with this idempotency key is not done yet')
  return keyed.replay(readAnswer(answer))
}

function refusal(reason: string): DBALError {
  return new DBALError('CONFLICT', { details: { reason } })
}

async function run(
  { signal }: KeyRow,
  store: Store,
  query: Query,
  params: Params,
): Promise<readonly ResultRow[]> {
  try {
    return (await store.run(query, params, { signal })).rows
  } catch (error) {
    if (isDBALError(error) && error.code !== 'INTERNAL_ERROR') throw error
    const reason = 'the adapter does not know idempotency keys: open it with withMutations(model)'
    throw new DBALError('CAPABILITY_NOT_SUPPORTED', {
      details: { capability: 'idempotency', reason },
      cause: error,
    })
  }
}
