// What of an operation is entered in the audit log: whether it is at all, its record, its fields.
import { isMutation, isPlainObject } from '@proj/dbal-contract'
import type { DBALError } from '@proj/dbal-contract'
import { PlanCache } from '@proj/dbal-policy'
import type { Entity, Model, OperationSpec } from '@proj/dbal-schema'
import { dataNames } from '../write/data-parts.ts'
import { fit } from './audit-entry.ts'

const DENIALS: ReadonlySet<string> = new Set(['UNAUTHORIZED', 'FORBIDDEN', 'RATE_LIMIT_EXCEEDED'])

export function isWrite(operation: OperationSpec): boolean {
  return operation.builtIn !== undefined && isMutation(operation)
}

/** Entered whatever it does: by the entity, by the operation, or for the secrets it is given. */
export function isWatched(entity: Entity, { security, reads }: OperationSpec): boolean {
  return entity.security.auditAllAccess || security['audit'] === true || reads.length > 0
}

/** Codes that are entered whatever was asked: denials, incidents, and what errors.yaml always logs. */
export function enteredCodes({ errors }: Model): ReadonlySet<string> {
  const incidents = [...errors.codes.values()].filter((spec) => spec.securityIncident)
  return new Set([
    ...DENIALS,
    ...incidents.map(({ code }) => code),
    ...texts(errors.security['incident_codes']),
    ...texts(errors.logging['always_log']),
  ])
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}

/** An error that an operation inside this one was refused with has been entered already. */
export function isEntered({ decisionId }: DBALError): boolean {
  return decisionId !== undefined
}

/** Names of the fields and relations that the caller sent to be written, as the contract spells them. */
export function changedFields(
  entity: Entity,
  operation: OperationSpec,
  input: unknown,
): readonly string[] | undefined {
  if (!isWrite(operation) || !isPlainObject(input)) return undefined
  const { create, update } = dataNames(operation, input)
  const isKnown = (name: string): boolean => entity.fields.has(name) || entity.relations.has(name)
  const known = (update.length === 0 ? create : [...create, ...update]).filter(isKnown)
  // Calls send the same names again and again; what is in an entry may be shared.
  return sorted.get(operation, known.join(), () => {
    const names = new Set(known)
    if (operation.builtIn === 'update') for (const name of entity.primaryKey) names.delete(name)
    return { names: names.size === 0 ? undefined : Object.freeze([...names].sort()) }
  }).names
}

const sorted = new PlanCache<{ readonly names: readonly string[] | undefined }>()

/** The primary key in an answer, else in the input; undefined where it is sensitive. */
export function recordId(entity: Entity, ...sources: readonly unknown[]): string | undefined {
  if (hasHiddenKey(entity)) return undefined
  for (const source of sources) {
    const id = isPlainObject(source) ? keyText(entity, source) : undefined
    if (id !== undefined) return fit(id)
  }
  return undefined
}

const hidden = new WeakMap<Entity, boolean>()

function hasHiddenKey(entity: Entity): boolean {
  let found = hidden.get(entity)
  if (found === undefined) {
    const { primaryKey, fields, security } = entity
    found = primaryKey.some(
      (name) => security.neverExpose.includes(name) || fields.get(name)?.sensitive === true,
    )
    hidden.set(entity, found)
  }
  return found
}

/** Undefined where a part of the key is missing. */
function keyText(
  { primaryKey }: Entity,
  source: Readonly<Record<string, unknown>>,
): string | undefined {
  const texts: string[] = []
  for (const name of primaryKey) {
    const text = Object.hasOwn(source, name) ? textOf(source[name]) : undefined
    if (text === undefined) return undefined
    texts.push(text)
  }
  return texts.length === 1 ? texts[0] : JSON.stringify(texts)
}

function textOf(value: unknown): string | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString()
  const isKey = typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint'
  return isKey ? String(value) : undefined
}
