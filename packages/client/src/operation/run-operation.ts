// One operation from end to end: resolve, authorize, validate, run, answer. Every path to data starts
// here, whoever calls: an accessor, `call`, a handler or the wire.
import {
  amend,
  isDBALError,
  isMutation,
  tracing,
  type RunningOptions,
  type DBALError,
  type Operation,
  type Principal,
  type Store,
  isPlainObject,
  type StopSignal,
} from '@proj/dbal-contract'
import type { Entity, OperationSpec } from '@proj/dbal-schema'
import type { Surround } from '../audit/audit-log.ts'
import { BUILT_IN } from '../builtin/built-in.ts'
import { runKeyed } from '../idempotency/run-keyed.ts'
import type { Runtime } from '../runtime.ts'
import { mergeOptions, under } from './call-options.ts'
import { withDeadline } from './deadline.ts'
import { demandOperation } from './demand-operation.ts'
import { finishError } from './finish-error.ts'
import { prepareOperation, type Prepared } from './prepare-operation.ts'
import { newRequestId } from './request-id.ts'
import { nameOperation, resolveEntity, resolveOperation } from './resolve-operation.ts'
import { runHandler } from './run-handler.ts'

export interface Caller {
  readonly principal: Principal
  /** The open transaction, where the call is made in one. */
  readonly store: Store
  readonly inTransaction: boolean
  /** What the calls of this caller have in common. */
  readonly defaults: RunningOptions
}

interface Call {
  readonly entity: Entity
  readonly operation: OperationSpec
  readonly input: unknown
  readonly options: RunningOptions
  readonly requestId: (() => string) | undefined
}

/** Rejects with DBALError, finished. `fault`: why it is refused, where that is known before. */
export function runOperation(
  runtime: Runtime,
  caller: Caller,
  asked: Operation,
  given: RunningOptions | undefined,
  fault?: DBALError,
): Promise<unknown> {
  const { trace } = tracing
  if (trace === undefined) return runCall(runtime, caller, asked, given, fault)
  const { entity, action } = isPlainObject(asked) ? asked : {}
  return trace.call(`${String(entity)}.${String(action)}`, () =>
    runCall(runtime, caller, asked, given, fault),
  )
}

// Not an async function: each call comes by here.
function runCall(
  runtime: Runtime,
  caller: Caller,
  asked: Operation,
  given: RunningOptions | undefined,
  fault: DBALError | undefined,
): Promise<unknown> {
  const { events } = runtime
  const audit = runtime.audit?.log
  const started = events.active || audit !== undefined ? performance.now() : 0
  let options = caller.defaults
  // Made when it is first needed: most reads are over without one.
  let id: string | undefined
  const requestId = (): string => (id ??= options.requestId ?? newRequestId())
  const fail = async (cause: unknown, isStopped: boolean): Promise<never> => {
    const known = isPlainObject(asked) ? asked : undefined
    const told = isStopped && mayBeDone(runtime, caller, asked) ? asUnknown(cause) : cause
    let error = finishError(told, runtime.model, known, requestId())
    if (audit !== undefined) {
      const call = { caller, asked: known ?? {}, requestId: () => error.requestId ?? '', started }
      error = await audit.refused(call, error)
    }
    if (events.active) report(runtime, known, error.requestId ?? '', started, error)
    throw error
  }
  try {
    if (fault !== undefined) throw fault
    if (given !== undefined) options = mergeOptions(options, given)
    demandOperation(asked)
    const request = { asked, options, requestId }
    const answer = withDeadline(
      (signal) =>
        audit === undefined
          ? execute(runtime, caller, request, signal)
          : audit.run({ caller, asked, requestId, started, signal }, (inner, surround) =>
              execute(runtime, inner, request, signal, surround),
            ),
      options.timeoutMs ?? runtime.timeoutMs,
      options.signal,
      fail,
    )
    if (!events.active) return answer
    return answer.then((value) => {
      report(runtime, asked, requestId(), started)
      return value
    })
  } catch (cause) {
    return fail(cause, false)
  }
}

/** A change that was stopped may be made all the same; in a transaction it is undone with that. */
function mayBeDone({ model }: Runtime, { inTransaction }: Caller, asked: Operation): boolean {
  const named = inTransaction ? undefined : nameOperation(model, asked)
  return named !== undefined && isMutation(named.operation)
}

function asUnknown(error: unknown): unknown {
  return isDBALError(error) ? amend(error, { outcome: 'unknown' }) : error
}

interface Request {
  readonly asked: Operation
  readonly options: RunningOptions
  readonly requestId: () => string
}

function execute(
  runtime: Runtime,
  caller: Caller,
  { asked, options: given, requestId }: Request,
  signal: StopSignal,
  surround?: Surround,
): Promise<unknown> {
  const access = runtime.policy.access(caller.principal)
  const entity = resolveEntity(runtime.model, asked.entity, access)
  const operation = resolveOperation(entity, asked.action, access)
  // An audited call and the calls that a handler makes are known by one id.
  const isHandled = operation.builtIn === undefined && runtime.audit !== undefined
  const options = under(signal, given)
  const call = {
    entity,
    operation,
    input: asked.input,
    options,
    requestId: isHandled ? requestId : undefined,
  }
  const { idempotencyKey: key } = options
  if (key === undefined || !isMutation(operation)) return perform(runtime, caller, call, surround)
  const { input } = asked
  const surrounded = surround !== undefined
  const keyed = { entity, operation, input, caller, key, signal, surrounded }
  return runKeyed(runtime, keyed, (inner) => perform(runtime, inner, call, surround))
}

function perform(
  runtime: Runtime,
  { principal, store, inTransaction }: Caller,
  { entity, operation, input, options, requestId }: Call,
  surround: Surround | undefined,
): Promise<unknown> {
  const prepared = prepareOperation(runtime, {
    entity,
    operation,
    input,
    principal,
    store,
    inTransaction,
    now: runtime.now(),
    options,
    requestId,
  })
  return prepared instanceof Promise
    ? prepared.then((ready) => runPrepared(ready, surround))
    : runPrepared(prepared, surround)
}

function runPrepared(
  { context, input }: Prepared,
  surround: Surround | undefined,
): Promise<unknown> {
  const { builtIn } = context.operation
  if (builtIn === undefined) return runHandler(context, input)
  const run = BUILT_IN[builtIn]
  return surround === undefined
    ? run(context, input)
    : surround(context, (inner) => run(inner, input))
}

function report(
  runtime: Runtime,
  asked: Partial<Operation> = {},
  requestId: string,
  started: number,
  error?: DBALError,
): void {
  const durationMs = performance.now() - started
  const { entity = '', action = '' } = asked
  runtime.events.emit({ entity, action, requestId, durationMs, error })
}
