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
  const { entity, operation, principal, now } = request
  const access = policy.access(principal)
  authorize(runtime.model, entity, operation, access)
  let asked = request.input
  if (isPlainObject(asked)) {
    demandWritableInput(access, entity, operation, asked)
    asked = applyPresets(entity, operation, asked, access, principal, now)
  }
  tracing.trace?.through('authorize')
  const input = validator.validate(entity, operation, asked, access)
  tracing.trace?.through('validate')
  const limits = operation.rateLimit === undefined ? undefined : runtime.limits
  if (limits !== undefined)
    return limits
      .consume(entity, operation, principal, input)
      .then(() => judge(enter(runtime, request, input)))
  return judge(enter(runtime, request, input))
}

function enter(runtime: Runtime, request: Request, input: Record<string, unknown>): Prepared {
  const { entity, operation, principal, store, now, options } = request
  // No rule binds the system principal (ACC-4).
  const guards = principal.system ? undefined : guardsOf(entity, operation)
  const guarded = new GuardedStore(store, runtime.policy, {
    principal,
    now,
    input,
    run: { signal: options.signal },
    inTransaction: request.inTransaction,
    requirement: guards === undefined ? undefined : { entity: entity.name, ...guards },
  })
  const context: OperationContext = {
    runtime,
    entity,
    operation,
    principal,
    store: guarded,
    now,
    options,
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
