// The entries of one call.
import type { Operation, StopSignal } from '@proj/dbal-contract'
import type { Entity, Model, OperationSpec } from '@proj/dbal-schema'
import type { Caller } from '../operation/run-operation.ts'
import { newUuid } from '../write/ids.ts'
import { actorOf, fit, type AuditEntry } from './audit-entry.ts'
import { changedFields, recordId } from './audited-operation.ts'
import type { Touched } from './touching-store.ts'

/** One call of an operation. */
export interface AuditedCall {
  readonly caller: Caller
  readonly asked: Partial<Operation>
  readonly requestId: () => string
  /** Of performance.now(). */
  readonly started: number
  readonly signal?: StopSignal | undefined
}

export interface NamedOperation {
  readonly entity: Entity
  readonly operation: OperationSpec
}

/** Undefined for names that nothing has; the operation itself says so to its caller. */
export function nameOperation(
  { entities, accessors }: Model,
  { entity: name, action }: Partial<Operation>,
): NamedOperation | undefined {
  if (typeof name !== 'string' || typeof action !== 'string') return undefined
  const entity = entities.get(name) ?? accessors.get(name)
  if (entity === undefined) return undefined
  const { operations } = entity
  const operation =
    operations.get(action) ?? [...operations.values()].find(({ method }) => method === action)
  return operation === undefined ? undefined : { entity, operation }
}

/** The operation's own entry first; then one for each further entity that it changed or showed. */
export function makeEntries(
  model: Model,
  now: Date,
  call: AuditedCall,
  named: NamedOperation,
  touched: Touched,
  answer: unknown,
): readonly AuditEntry[] {
  return withFurther(model, makeEntry(model, now, call, named, { answer }), touched)
}

/** An entry, and one for each further entity that was changed or shown. */
export function withFurther(
  model: Model,
  own: AuditEntry,
  touched: Touched,
): readonly AuditEntry[] {
  const others: AuditEntry[] = []
  for (const [name, touches] of touched) {
    const other = model.entities.get(name)
    if (other === undefined || name === own.entity) continue
    for (const touch of touches) {
      if (touch === 'read' && !other.security.auditAllAccess) continue
      const { id: _id, changedFields: _fields, ...rest } = own
      others.push({ ...rest, entryId: newUuid(), entity: name, operation: touch })
    }
  }
  return [own, ...others]
}

export function makeEntry(
  model: Model,
  now: Date,
  { caller, asked, requestId, started }: AuditedCall,
  named: NamedOperation | undefined,
  { answer, code }: { readonly answer?: unknown; readonly code?: string } = {},
): AuditEntry {
  const id = named && recordId(named.entity, answer, asked.input)
  const changed = named && changedFields(named.entity, named.operation, asked.input)
  return {
    entryId: newUuid(),
    timestamp: now,
    requestId: fit(requestId()),
    ...actorOf(caller.principal, model),
    entity: named?.entity.name ?? '',
    operation: named?.operation.name ?? '',
    ...(id === undefined ? {} : { id }),
    success: code === undefined,
    ...(code === undefined ? {} : { code }),
    durationMs: Math.round(performance.now() - started),
    ...(changed === undefined ? {} : { changedFields: changed }),
  }
}
