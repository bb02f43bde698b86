import type { FieldError } from '@proj/dbal-contract'
import type { PrincipalAccess } from '@proj/dbal-policy'
import type { Entity } from '@proj/dbal-schema'
import type { ErrorObject } from 'ajv'
import { withHint } from '../query/unknown-name.ts'

/** ajv's errors as field problems, one for each field, in the order they were found. */
export function explainErrors(
  errors: readonly ErrorObject[],
  entity: Entity,
  access: PrincipalAccess,
): FieldError[] {
  const found = new Map<string, string>()
  for (const error of errors) {
    const explained = explain(error, entity, access)
    if (explained !== undefined && !found.has(explained.field)) {
      found.set(explained.field, explained.error)
    }
  }
  return [...found].map(([field, error]) => ({ field, error }))
}

function explain(
  error: ErrorObject,
  entity: Entity,
  access: PrincipalAccess,
): FieldError | undefined {
  const path = pathOf(error.instancePath)
  const join = (name: string): string => (path === '' ? name : `${path}.${name}`)
  switch (error.keyword) {
    case 'required':
      return { field: join(String(error.params['missingProperty'])), error: 'is required' }
    case 'additionalProperties': {
      const name = String(error.params['additionalProperty'])
      return { field: join(name), error: unknown(name, error, entity, access) }
    }
    case 'false schema':
      return { field: path, error: 'is set automatically and may not be sent' }
    case 'type':
      return { field: path || 'input', error: `must be ${article(String(error.params['type']))}` }
    case 'minimum':
      return { field: path, error: `must be at least ${String(error.params['limit'])}` }
    case 'dbalValue':
    case 'dbalKey':
      return { field: path, error: error.message ?? 'is not valid' }
    // Their branches report the field itself.
    case 'anyOf':
    case 'if':
    case 'allOf':
      return undefined
    default:
      return { field: path || 'input', error: error.message ?? 'is not valid' }
  }
}

/** `/items/0/email` as `items[0].email`. */
function pathOf(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '')
}

/** What would have been known there. What the caller may neither read nor write is never suggested. */
function unknown(
  name: string,
  { parentSchema }: ErrorObject,
  entity: Entity,
  access: PrincipalAccess,
): string {
  const properties = (parentSchema?.['properties'] ?? {}) as Readonly<Record<string, unknown>>
  const open = Object.keys(properties).filter((key) => {
    if (entity.fields.has(key)) return access.entity(entity).knows(key)
    const relation = entity.relations.get(key)
    return relation === undefined || access.knowsLink(relation)
  })
  return withHint('is not a known field', name, open)
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`
}
