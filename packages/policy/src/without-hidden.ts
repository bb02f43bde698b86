// Errors of the engine that speak of fields, as the caller may know them: a broken rule over several fields
// names those that he may read or has sent. What is wrong, and that something is, stays as it is.
import { DBALError, isDBALError } from '@proj/dbal-contract'
import type { Entity } from '@proj/dbal-schema'
import type { Guard } from './guard.ts'

const VERBS = ['read', 'list'] as const

export async function withoutHidden<T>(
  { access }: Guard,
  entity: Entity,
  sent: readonly string[],
  work: Promise<T>,
): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (access.system || !isDBALError(error) || error.code !== 'VALIDATION_ERROR') throw error
    const { fields, ...rest } = error.details ?? {}
    // One may be of another entity, whose rows the database changes by itself.
    const isOpen = (name: string): boolean =>
      sent.includes(name) ||
      VERBS.some((verb) => access.entity(entity).field(name, 'read', verb) !== false)
    const open = fields?.filter(({ field }) => isOpen(field))
    if (fields === undefined || open?.length === fields.length) throw error
    const { code, message, httpStatus, retryable, cause } = error
    const details = open === undefined || open.length === 0 ? rest : { ...rest, fields: open }
    throw new DBALError(code, { message, httpStatus, retryable, cause, details })
  }
}
