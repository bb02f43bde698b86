// What a broken constraint means in the words of the model. A vendor's classify-error.ts finds out
// which constraint it was, by columns or by name, and asks here.
import {
  conflict,
  constraintError,
  invalid,
  type DBALError,
  type FieldError,
  type Model,
} from '@proj/dbal-contract'
import type { Entity, Field } from '@proj/dbal-schema'
import { entityCheckName, enumCheckName, typeCheckName } from '../ddl/checks.ts'
import { foreignKeyName } from '../ddl/create-table.ts'

export interface BrokenConstraint {
  readonly table?: string | undefined
  readonly columns?: readonly string[] | undefined
  /** Of the constraint or index. */
  readonly name?: string | undefined
}

export interface ConstraintErrors {
  /** CONFLICT over the fields of the key. */
  unique(broken: BrokenConstraint, cause?: unknown): DBALError
  /** CONFLICT over the field that refers, where the engine says which it is. */
  foreignKey(broken: BrokenConstraint, cause?: unknown): DBALError
  /** VALIDATION_ERROR over the fields the check is about. */
  check(broken: BrokenConstraint): DBALError
  /** VALIDATION_ERROR for a missing value. */
  required(broken: BrokenConstraint): DBALError
  /** VALIDATION_ERROR for a value its column cannot hold. */
  outOfRange(broken: BrokenConstraint): DBALError
}

export function createConstraintErrors(model: Model): ConstraintErrors {
  const tables = new Map<string, Entity>()
  const indexes = new Map<string, readonly string[]>()
  const foreignKeys = new Map<string, string>()
  const checks = new Map<string, () => DBALError>()
  for (const entity of model.entities.values()) {
    tables.set(entity.table, entity)
    indexes.set(`${entity.table}_pkey`, entity.primaryKey)
    for (const index of entity.indexes) indexes.set(index.name, index.fields)
    for (const field of entity.fields.values()) {
      if (field.foreignKey !== undefined) foreignKeys.set(foreignKeyName(entity, field), field.name)
      const misfit = () => invalid([{ field: field.name, error: 'does not fit its type' }])
      checks.set(typeCheckName(entity, field), misfit)
      checks.set(enumCheckName(entity, field), misfit)
    }
    for (const constraint of entity.constraints)
      checks.set(entityCheckName(entity, constraint), () => constraintError(constraint))
  }

  function fieldsOf({ table, columns }: BrokenConstraint): readonly string[] {
    const fields = [...(tables.get(table ?? '')?.fields.values() ?? [])]
    return (columns ?? []).flatMap((column) => nameOf(fields, column))
  }

  const fieldErrors = (broken: BrokenConstraint, error: string): readonly FieldError[] =>
    fieldsOf(broken).map((field) => ({ field, error }))

  return {
    unique(broken, cause) {
      const named = indexes.get(broken.name ?? '')
      const primary = broken.name === 'PRIMARY' ? tables.get(broken.table ?? '')?.primaryKey : named
      return conflict(primary ?? fieldsOf(broken), 'unique', cause)
    },
    foreignKey(broken, cause) {
      const named = foreignKeys.get(broken.name ?? '')
      return conflict(named === undefined ? fieldsOf(broken) : [named], 'foreign_key', cause)
    },
    check: ({ name }) =>
      checks.get(name ?? '')?.() ?? invalid([], 'a value does not fit its field'),
    required: (broken) => invalid(fieldErrors(broken, 'is required')),
    outOfRange: (broken) => {
      const fields = fieldErrors(broken, 'is out of range')
      return fields.length === 0 ? invalid([], 'a value is out of range') : invalid(fields)
    },
  }
}

/** Only columns of the model are named: another one is no business of the caller. */
function nameOf(fields: readonly Field[], column: string): readonly string[] {
  const found = fields.find((field) => field.column === column)
  return found === undefined ? [] : [found.name]
}
