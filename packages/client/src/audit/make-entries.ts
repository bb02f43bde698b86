// The entries of one call.
import type { Operation, StopSignal } from '@proj/dbal-contract'
import type { Model } from '@proj/dbal-schema'
import type { NamedOperation } from '../operation/resolve-operation.ts'
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
  const { principal, role } = actorOf(caller.principal, model)
  const id = named && recordId(named.entity, answer, asked.input)
  const changed = named && changedFields(named.entity, named.operation, asked.input)
  // One by one: a write makes an entry, and an object put together of others costs more than all else of it.
  const entry: Making = { entryId: newUuid(), timestamp: now, requestId: fit(requestId()) }
  if (principal !== undefined) entry.principal = principal
  entry.role = role
  entry.entity = named?.entity.name ?? ''
  entry.operation = named?.operation.name ?? ''
  if (id !== undefined) entry.id = id
  entry.success = code === undefined
  if (code !== undefined) entry.code = code
  entry.durationMs = Math.round(performance.now() - started)
  if (changed !== undefined) entry.changedFields = changed
  return entry as AuditEntry
}

type Making = { -readonly [Name in keyof AuditEntry]?: AuditEntry[Name] }
