import type { Model } from '@proj/dbal-contract'
import { unsupported } from '@proj/dbal-contract'
import type { Entity, Field, ForeignKey, ReferentialAction } from '@proj/dbal-schema'
import { entityOf, fieldOf } from '../compile/compile-context.ts'
import type { SqlDialect } from '../dialect/dialect.ts'
import { checkClause, columnChecks, entityChecks } from './checks.ts'
import { columnDefinition } from './column-definition.ts'
import { constraintName } from './constraint-name.ts'

const ACTIONS: Readonly<Record<ReferentialAction, string>> = {
  restrict: 'RESTRICT',
  cascade: 'CASCADE',
  set_null: 'SET NULL',
  set_default: 'SET DEFAULT',
  no_action: 'NO ACTION',
}

/**
 * CREATE TABLE with its checks, and with its foreign keys where the dialect has them inline.
 * @param name another table name, for rebuilding a table beside the old one
 */
export function createTable(
  model: Model,
  entity: Entity,
  dialect: SqlDialect,
  name: string = entity.table,
): string {
  const fields = [...entity.fields.values()]
  const keys = entity.primaryKey.map((key) => dialect.quote(fieldOf(entity, key).column))
  const checks = [
    ...fields.flatMap((field) => columnChecks(entity, field, dialect)),
    ...entityChecks(model, entity, dialect),
  ]
  const parts = [
    ...fields.map((field) => columnDefinition(entity, field, dialect)),
    `PRIMARY KEY (${keys.join(', ')})`,
    ...(dialect.inlineForeignKeys ? foreignKeyClauses(model, entity, dialect) : []),
    ...checks.map((check) => checkClause(check, dialect)),
  ]
  return `CREATE TABLE ${dialect.quote(name)} (\n  ${parts.join(',\n  ')}\n)`
}

/** ALTER TABLE statements for engines whose foreign keys come after all tables. */
export function addForeignKeys(
  model: Model,
  entity: Entity,
  dialect: SqlDialect,
): readonly string[] {
  if (!dialect.foreignKeys || dialect.inlineForeignKeys) return []
  const table = dialect.quote(entity.table)
  return foreignKeyClauses(model, entity, dialect).map(
    (clause) => `ALTER TABLE ${table} ADD ${clause}`,
  )
}

export function foreignKeyName(entity: Entity, field: Field): string {
  return constraintName([entity.table, field.column], 'fkey')
}

/** `CONSTRAINT … FOREIGN KEY … REFERENCES … ON DELETE … ON UPDATE …`. */
export function foreignKeyClause(
  model: Model,
  entity: Entity,
  field: Field,
  foreignKey: ForeignKey,
  dialect: SqlDialect,
): string {
  const target = entityOf(model, foreignKey.entity)
  const { quote } = dialect
  const uses = [foreignKey.onDelete, foreignKey.onUpdate]
  if (!dialect.setDefaultAction && uses.includes('set_default'))
    throw unsupported('relations', `${dialect.name} has no SET DEFAULT: field ${field.name}`)
  const key = `CONSTRAINT ${quote(foreignKeyName(entity, field))} FOREIGN KEY (${quote(field.column)})`
  const other = `${quote(target.table)} (${quote(fieldOf(target, foreignKey.field).column)})`
  const spell = (action: ReferentialAction): string =>
    // Whoever still refers to the row at the end is in the way (MUT), not whoever goes with it.
    ACTIONS[action === 'restrict' && dialect.restrictsEarly ? 'no_action' : action]
  const actions = `ON DELETE ${spell(foreignKey.onDelete)} ON UPDATE ${spell(foreignKey.onUpdate)}`
  return `${key} REFERENCES ${other} ${actions}`
}

function foreignKeyClauses(model: Model, entity: Entity, dialect: SqlDialect): readonly string[] {
  return [...entity.fields.values()].flatMap((field) =>
    field.foreignKey === undefined
      ? []
      : [foreignKeyClause(model, entity, field, field.foreignKey, dialect)],
  )
}
