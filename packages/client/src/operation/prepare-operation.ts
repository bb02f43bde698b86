// The part of an operation before its handler: may it run, is the input right. Nested writes go through
// it as well, so a record written over a relation obeys its own entity's rules.
import { isPlainObject, tracing } from '@proj/dbal-contract'
import type { RunningOptions, Principal, Store } from '@proj/dbal-contract'
import { GuardedStore } from '@proj/dbal-policy'
import type { Entity, OperationSpec } from '@proj/dbal-schema'
import type { Runtime } from '../runtime.ts'
import { scanInput } from '../sandbox/scan-input.ts'
import { checkRules, hasRules } from '../validate/check-rules.ts'
import { applyPresets } from '../write/apply-presets.ts'
import { demandWritableInput } from '../write/demand-writable.ts'
import { authorize } from './authorize.ts'
import { guardsOf } from './governing.ts'
import type { Nesting, OperationContext } from './operation-context.ts'

export interface Prepared {
  readonly context: OperationContext
  readonly input: Record<string, unknown>
}

export interface Request {
  readonly entity: Entity
  readonly operation: OperationSpec
  readonly input: unknown
  readonly principal: Principal
  readonly store: Store
  readonly now: Date
  readonly options: RunningOptions
  /** Of a call whose handler's own calls are to have the same. */
  readonly requestId?: (() => string) | undefined
  /** The store is an open transaction already. */
  readonly inTransaction: boolean
  readonly nesting?: Nesting | undefined
}

/**
 * At once where nothing has to be asked. Throws, or rejects with, UNAUTHORIZED, FORBIDDEN, VALIDATION_ERROR, RATE_LIMIT_EXCEEDED or MALICIOUS_CODE_DETECTED; nothing
 * has been written.
 */
export function prepareOperation(runtime: Runtime, request: Request): Prepared | Promise<Prepared> {
  const { policy, validator } = runtime
  const { entity, operation, principal } = request
  const asked = admit(runtime, request)
  tracing.trace?.through('authorize')
  const input = validator.validate(entity, operation, asked, policy.access(principal))
  tracing.trace?.through('validate')
  const limits = operation.rateLimit === undefined ? undefined : runtime.limits
  if (limits !== undefined)
    return limits
      .consume(entity, operation, principal, input)
      .then(() => judge(enter(runtime, request, input)))
  return judge(enter(runtime, request, input))
}

/**
 * The input with what rules fill in. Throws UNAUTHORIZED or FORBIDDEN for what the caller's roles and claims rule
 * out, whatever is stored.
 */
export function admit(
  { model, policy }: Runtime,
  {
    entity,
    operation,
    input,
    principal,
    now,
  }: Pick<Request, 'entity' | 'operation' | 'input' | 'principal' | 'now'>,
): unknown {
  const access = policy.access(principal)
  authorize(model, entity, operation, access)
  if (!isPlainObject(input)) return input
  demandWritableInput(access, entity, operation, input)
  return applyPresets(entity, operation, input, access, principal, now)
}

function enter(runtime: Runtime, request: Request, input: Record<string, unknown>): Prepared {
  const { entity, operation, principal, store, now, options, requestId } = request
  const guarded = new GuardedStore(store, runtime.policy, {
    principal,
    now,
    input,
    run: { signal: options.signal },
    inTransaction: request.inTransaction,
    // No rule binds the system principal (ACC-4).
    requirement: principal.system ? undefined : guardsOf(entity, operation),
  })
  const context: OperationContext = {
    runtime,
    entity,
    operation,
    principal,
    store: guarded,
    now,
    options,
    requestId,
    nesting: request.nesting,
  }
  return { context, input }
}

/** By rules that may ask the store or the scanner; where there are none, nothing is waited for. */
function judge(prepared: Prepared): Prepared | Promise<Prepared> {
  const { context, input } = prepared
  const scans = context.entity.security.scanForMalicious
  if (!scans && !hasRules(context)) return prepared
  const ask = async (): Promise<Prepared> => {
    if (scans) await scanInput(context, input)
    if (hasRules(context)) await checkRules(context, input)
    tracing.trace?.through('validate')
    return prepared
  }
  return ask()
}
