// Operations that are one call by an idempotency key: all of it is done once. What it read is not kept,
// but read again.
import {
  encodeResult,
  isDBALError,
  isMutation,
  isPlainObject,
  type Operation,
  type StopSignal,
} from '@proj/dbal-contract'
import type { JsonValue } from '@proj/dbal-schema'
import type { Caller } from '../operation/run-operation.ts'
import { resolveEntity, resolveOperation } from '../operation/resolve-operation.ts'
import type { Runtime } from '../runtime.ts'
import { answerAgain, callForm, type NamedCall } from './call-form.ts'
import { callId, fingerprint } from './call-key.ts'
import { once, onceInside, type Keyed } from './once.ts'

export interface KeyedBatch {
  readonly caller: Caller
  readonly operations: readonly Operation[]
  readonly key: string
  readonly signal: StopSignal
  readonly begin: Keyed['begin']
  readonly run: () => Promise<unknown[]>
  /** A call of its own, outside the batch. */
  readonly call: (operation: Operation) => Promise<unknown>
}

export async function runKeyedBatch(runtime: Runtime, batch: KeyedBatch): Promise<unknown[]> {
  const { model } = runtime
  const { caller, operations, key, signal } = batch
  const read = readCalls(runtime, caller, operations)
  // It is refused whenever it comes, by the call that is at fault.
  if (read === undefined) return batch.run()
  const { calls, forms } = read
  const keyed: Keyed = {
    id: callId(caller.principal, key),
    fingerprint: fingerprint(key, forms),
    store: caller.store,
    signal,
    begin: batch.begin,
    run: batch.run,
    encode: (answers) =>
      calls.map(({ entity, operation }, i) =>
        isMutation(operation)
          ? encodeResult(model, entity.name, operation, (answers as unknown[])[i])
          : null,
      ),
    replay: async (stored) => {
      const answers: unknown[] = []
      for (const [i, call] of calls.entries()) {
        const answer = (stored as readonly JsonValue[])[i] ?? null
        const asked = operations[i] as Operation
        answers.push(
          isMutation(call.operation)
            ? await answerAgain(runtime, caller, call, answer, signal)
            : await batch.call(asked),
        )
      }
      return answers
    },
  }
  return (await (caller.inTransaction ? onceInside : once)(runtime, keyed)) as unknown[]
}

/** Undefined where one of them is malformed, unknown, or not the caller's to ask. */
function readCalls(
  runtime: Runtime,
  caller: Caller,
  operations: readonly Operation[],
): { readonly calls: readonly NamedCall[]; readonly forms: readonly JsonValue[] } | undefined {
  if (!operations.every((each) => isPlainObject(each.input ?? {}))) return undefined
  try {
    const calls = operations.map((asked) => nameCall(runtime, caller, asked))
    const forms = calls.map((call, i) =>
      callForm(runtime, caller, call, operations[i]?.input ?? {}),
    )
    return { calls, forms }
  } catch (error) {
    if (isDBALError(error)) return undefined
    throw error
  }
}

function nameCall({ model, policy }: Runtime, { principal }: Caller, asked: Operation): NamedCall {
  const access = policy.access(principal)
  const entity = resolveEntity(model, asked.entity, access)
  return { entity, operation: resolveOperation(entity, asked.action, access) }
}
