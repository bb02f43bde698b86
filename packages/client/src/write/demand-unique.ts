// `<field>_unique` of a field without a unique key; with one, the database says so itself. Two callers at the
// same time may both pass; only a key keeps them apart.
import { canonicalValue, conflict, DBALError, encodeValue, type Value } from '@proj/dbal-contract'
import { amongQuery } from '@proj/dbal-policy'
import type { Entity, Field } from '@proj/dbal-schema'
import type { OperationContext } from '../operation/operation-context.ts'
import { relax } from '../query/filter-value.ts'
import { readFamily } from '../validate/rule-families.ts'

interface UniqueRule {
  readonly field: Field
  readonly message: string
}

/** Those of the operation's rules that no key of the database keeps. */
export function uniqueRules({
  entity,
  operation,
}: Pick<OperationContext, 'entity' | 'operation'>): readonly UniqueRule[] {
  return operation.validation.flatMap(({ rule, message }) => {
    const { family, field } = readFamily(entity, rule) ?? {}
    return family !== 'unique' || field === undefined || isKeyed(entity, field)
      ? []
      : [{ field, message }]
  })
}

/**
 * Throws CONFLICT where more than `most` rows have one of the values; `sent` are the fields that the caller gave. Asked of what a write has stored, so
 * that who may not make the change is told so first (ACC-39); the transaction of the write undoes it.
 */
export async function demandUnique(
  { entity, store, options }: OperationContext,
  { field, message }: UniqueRule,
  values: readonly unknown[],
  sent: readonly string[],
  most: 0 | 1 = 1,
): Promise<void> {
  const wanted = new Map<unknown, Value>()
  for (const value of values) {
    // A handler's input may be of another type: no row has such a value.
    const checked = canonicalValue(relax(field), value)
    if (checked.ok && checked.value !== null)
      wanted.set(encodeValue(field, checked.value), checked.value)
  }
  if (wanted.size === 0) return
  const query = amongQuery(entity, field.name, entity.primaryKey)
  const { count } = await store.base.run(query, [[...wanted.values()]], { signal: options.signal })
  if (count <= most * wanted.size) return
  const { code, details } = conflict([field.name], 'unique')
  const taken = new DBALError(code, { details: { ...details, reason: message } })
  throw store.toldTo(entity, sent, taken)
}

function isKeyed({ uniques, indexes }: Entity, { name }: Field): boolean {
  return (
    uniques.some((key) => key.includes(name)) ||
    indexes.some(({ unique, fields }) => unique && fields.includes(name))
  )
}
