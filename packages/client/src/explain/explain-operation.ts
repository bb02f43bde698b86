// What an operation would do and why, without doing it: it runs in a transaction that is rolled back.
import {
  isDBALError,
  unsupported,
  type DBALError,
  type Operation,
  type Row,
  isPlainObject,
} from '@proj/dbal-contract'
import { explainAccess, GuardedStore, matchFields, type AccessReport } from '@proj/dbal-policy'
import type { Action, Entity } from '@proj/dbal-schema'
import { getEntity } from '@proj/dbal-schema/model'
import { demandOperation } from '../operation/demand-operation.ts'
import { finishError } from '../operation/finish-error.ts'
import { resolveEntity, resolveOperation } from '../operation/resolve-operation.ts'
import { runOperation, type Caller } from '../operation/run-operation.ts'
import { keyOf } from '../query/row-key.ts'
import type { Runtime } from '../runtime.ts'
import { liveStore } from '../store/live-store.ts'
import { RecordingStore, type StatementReport } from './recording-store.ts'

export interface Explanation {
  readonly entity: string
  readonly action: string
  /** `ok`, or the code that the caller would get. */
  readonly outcome: string
  readonly error?: DBALError
  /** What decided, by the verbs that the operation needs. Asked of the row where the input names one. */
  readonly access: readonly AccessReport[]
  /** As they were sent to the engine, in order. */
  readonly statements: readonly StatementReport[]
  readonly durationMs: number
}

/**
 * Throws CAPABILITY_NOT_SUPPORTED for an operation with a handler of its own, whose effects cannot be
 * rolled back, inside a transaction, and in production: it tells what rules keep from callers.
 */
export async function explainOperation(
  runtime: Runtime,
  caller: Caller,
  asked: Operation,
): Promise<Explanation> {
  const { model, policy } = runtime
  if (process.env['NODE_ENV'] === 'production')
    throw unsupported('explain', 'explain is for development')
  demandOperation(asked)
  if (caller.inTransaction) throw unsupported('explain', 'explain inside a transaction')
  const access = policy.access(caller.principal)
  const entity = resolveEntity(model, asked.entity, access)
  const operation = resolveOperation(entity, asked.action, access)
  if (operation.builtIn === undefined)
    throw unsupported('explain', `${operation.name} is run by a handler`)
  const scope = { principal: caller.principal, now: runtime.now(), input: asked.input ?? {} }
  const guarded = new GuardedStore(runtime.store, policy, scope)
  const row = await namedRow(runtime, entity, asked.input)
  const reports: AccessReport[] = []
  for (const verb of operation.verbs)
    reports.push(
      await explainAccess(
        guarded,
        getEntity(model, verb.entity),
        verb.action as Action,
        verb.entity === entity.name && verb.action !== 'create' ? row : undefined,
      ),
    )
  const statements: StatementReport[] = []
  const started = performance.now()
  const error = await dryRun(runtime, caller, asked, statements)
  return {
    entity: entity.name,
    action: operation.name,
    outcome: error?.code ?? 'ok',
    ...(error === undefined ? {} : { error }),
    access: reports,
    statements,
    durationMs: performance.now() - started,
  }
}

/** Past the rules, which is what explain is for. */
async function namedRow(
  { store }: Runtime,
  entity: Entity,
  input: unknown,
): Promise<Row | undefined> {
  const key = isPlainObject(input) ? keyOf(entity, input) : undefined
  if (key === undefined) return undefined
  const [fields, values] = key
  const query = {
    kind: 'select',
    entity: entity.name,
    fields: [...entity.fields.keys()],
    where: matchFields(entity, fields),
    sort: [],
  } as const
  const { rows } = await store.run(query, values)
  return rows[0] as Row | undefined
}

class RolledBack extends Error {}

async function dryRun(
  runtime: Runtime,
  caller: Caller,
  asked: Operation,
  statements: StatementReport[],
): Promise<DBALError | undefined> {
  const { adapter, model, now } = runtime
  let failure: DBALError | undefined
  try {
    await adapter.transaction(async (connection) => {
      const store = liveStore(new RecordingStore(connection, adapter, statements), model, now)
      try {
        // Nothing of it stays and no row is shown: there is nothing to enter, and no attempt to count.
        const unnoticed = { ...runtime, audit: undefined, limits: undefined }
        await runOperation(unnoticed, { ...caller, store, inTransaction: true }, asked, undefined)
      } catch (error) {
        failure = finishError(error, model)
      }
      throw new RolledBack()
    })
  } catch (error) {
    // Whatever ended the transaction, nothing of it stays.
    if (!(error instanceof RolledBack) && failure === undefined && isDBALError(error)) return error
  }
  return failure
}
