// Errors that speak of fields, as the caller may know them: what a broken rule or key is about is told by those
// fields that he may read or has sent (ACC-39). What is wrong, and that something is, stays as it is.
import { DBALError, isDBALError } from '@proj/dbal-contract'
import type { Entity } from '@proj/dbal-schema'
import type { PrincipalAccess } from './principal-access.ts'

const VERBS = ['read', 'list'] as const

const ABOUT_FIELDS: ReadonlySet<string> = new Set(['VALIDATION_ERROR', 'CONFLICT'])

export function toldTo(
  access: PrincipalAccess,
  entity: Entity,
  sent: readonly string[],
  error: unknown,
): unknown {
  if (access.system || !isDBALError(error) || !ABOUT_FIELDS.has(error.code)) return error
  const { fields, ...rest } = error.details ?? {}
  // One may be of another entity, whose rows the database changes by itself.
  const open = fields?.filter(({ field }) => sent.includes(field) || isRead(access, entity, field))
  if (fields === undefined || open?.length === fields.length) return error
  const { code, message, httpStatus, retryable, cause } = error
  const details = open === undefined || open.length === 0 ? rest : { ...rest, fields: open }
  return new DBALError(code, { message, httpStatus, retryable, cause, details })
}

/** A write answers its primary key to whoever reads nothing (ACC-31). */
function isRead(access: PrincipalAccess, entity: Entity, name: string): boolean {
  if (entity.primaryKey.includes(name)) return true
  const rules = access.entity(entity)
  return VERBS.some(
    (verb) => rules.decide(verb).allowed && rules.field(name, 'read', verb) !== false,
  )
}
