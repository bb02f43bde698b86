// What the sums of an update come to that their fields cannot hold.
import { invalid, type Assignment, type DBALError, type EvaluationScope } from '@proj/dbal-contract'
import type { Entity, Field } from '@proj/dbal-schema'
import { assignValues } from './assign-values.ts'
import { storageError } from './stored-value.ts'

/** VALIDATION_ERROR over every field whose sum overflows in any of the rows (MUT-17); undefined: none does. */
export function sumsError(
  entity: Entity,
  set: readonly Assignment[],
  rows: readonly EvaluationScope[],
): DBALError | undefined {
  const added = set.filter(({ kind }) => kind === 'add')
  if (added.length === 0) return undefined
  const sums = rows.map((scope) => assignValues(added, scope))
  const fields = [...entity.fields.values()].filter(({ name }) =>
    added.some(({ field }) => field === name),
  )
  const errors = fields.flatMap((field: Field) => {
    const error = sums
      .map((values) => storageError(field, values[field.name] ?? null))
      .find((each) => each !== undefined)
    return error === undefined ? [] : [{ field: field.name, error }]
  })
  return errors.length === 0 ? undefined : invalid(errors)
}
