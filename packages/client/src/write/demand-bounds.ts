// `{ increment: n }` is bounded by what comes out of it, which is known after the change only.
import {
  canonicalValue,
  invalid,
  type Assignment,
  type FieldError,
  type Row,
} from '@proj/dbal-contract'
import type { Entity, Field } from '@proj/dbal-schema'

/** Fields of the update whose sums have to be looked at. */
export function boundedSums(entity: Entity, set: readonly Assignment[]): readonly Field[] {
  return set.flatMap(({ kind, field: name }) => {
    const field = kind === 'add' ? entity.fields.get(name) : undefined
    const bounded = field?.min !== undefined || field?.max !== undefined
    return field !== undefined && bounded ? [field] : []
  })
}

/** Throws VALIDATION_ERROR; the caller's transaction undoes the change. */
export function demandBounds(fields: readonly Field[], rows: readonly Row[]): void {
  const errors: FieldError[] = []
  for (const field of fields) {
    const checks = rows.map((row) => canonicalValue(field, row[field.name]))
    const fault = checks.find((check) => !check.ok)
    if (fault !== undefined && !fault.ok) errors.push({ field: field.name, error: fault.error })
  }
  if (errors.length > 0) throw invalid(errors)
}
