import type { Entity, RulePredicate } from '@proj/dbal-schema'

/** The rows that are the principal's own; of an entity without an owner none. */
export function ownRows({ owner, fields }: Entity): RulePredicate {
  const field = owner === undefined ? undefined : fields.get(owner.field)
  if (owner === undefined || field === undefined) return { kind: 'false' }
  const left = { kind: 'field', path: [], field: field.name, type: field.type } as const
  const right = { kind: 'user', name: owner.claim, type: field.type } as const
  return { kind: 'compare', op: '=', left, right }
}
