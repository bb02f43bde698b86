import { decodeStored } from '@proj/dbal-contract'
import type { Entity, Field } from '@proj/dbal-schema'
import type { SqlDialect } from '../dialect/dialect.ts'

/**
 * `"age" INTEGER NOT NULL DEFAULT 0`, without checks and keys. Throws CAPABILITY_NOT_SUPPORTED for a
 * field that the engine cannot keep exactly.
 */
export function columnDefinition(entity: Entity, field: Field, dialect: SqlDialect): string {
  const type = columnType(entity, field, dialect)
  const required = field.nullable && !field.primary ? '' : ' NOT NULL'
  const value = columnDefault(field, dialect)
  const fallback = value === undefined ? '' : ` DEFAULT ${value}`
  return `${dialect.quote(field.column)} ${type}${required}${fallback}`
}

/** The type alone, as this engine spells it. Throws like `columnDefinition`. */
export function columnType(entity: Entity, field: Field, dialect: SqlDialect): string {
  return dialect.columnType(field, isInKey(entity, field))
}

/** Literals only: ids and times are made by the client, so that all engines agree on them. */
export function columnDefault(field: Field, dialect: SqlDialect): string | undefined {
  if (field.default?.kind !== 'literal') return undefined
  const decoded = decodeStored(field, field.default.value)
  if (!decoded.ok || decoded.value === null) return undefined
  return dialect.defaultValue(dialect.literal(dialect.encode(field)(decoded.value)))
}

/** Part of a key that compares whole values, so that the column may not be of unbounded length. */
function isInKey(entity: Entity, field: Field): boolean {
  return (
    field.primary ||
    field.foreignKey !== undefined ||
    entity.primaryKey.includes(field.name) ||
    entity.indexes.some((index) => index.unique && index.fields.includes(field.name))
  )
}
