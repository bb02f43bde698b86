import {
  checkClause,
  columnChecks,
  columnDefault,
  columnDefinition,
  columnType,
  createIndex,
  entitiesInOrder,
  entityChecks,
  foreignKeyClause,
  foreignKeyName,
  rowCondition,
  type SqlDialect,
} from '@proj/dbal-sql'
import { getEntity, type Entity, type Field, type Index, type Model } from '@proj/dbal-schema'
import { storageForm } from '../convert/storage-form.ts'
import type {
  CheckShape,
  ColumnShape,
  ForeignKeyShape,
  IndexShape,
  SchemaShape,
  TableShape,
} from './schema-shape.ts'

/** Pure. Throws CAPABILITY_NOT_SUPPORTED for what the engine cannot keep. */
export function describeModel(model: Model, dialect: SqlDialect): SchemaShape {
  const tables = entitiesInOrder(model).map((entity) => describeTable(model, entity, dialect))
  return { model, tables: byName(tables) }
}

function describeTable(model: Model, entity: Entity, dialect: SqlDialect): TableShape {
  const fields = [...entity.fields.values()]
  return {
    name: entity.table,
    entity,
    columns: byName(fields.map((field) => describeColumn(entity, field, dialect))),
    primaryKey: entity.primaryKey.map((name) => columnOf(entity, name)),
    checks: byName([
      ...fields.flatMap((field) => describeColumnChecks(entity, field, dialect)),
      ...entityChecks(model, entity, dialect).map((check) => ({
        ...check,
        definition: checkClause(check, dialect),
      })),
    ]),
    foreignKeys: byName(
      dialect.foreignKeys
        ? fields.flatMap((field) => describeForeignKey(model, entity, field, dialect))
        : [],
    ),
    indexes: byName(entity.indexes.map((index) => describeIndex(model, entity, index, dialect))),
  }
}

/** The checks that a column brings along, an entity's own constraints aside. */
function describeColumnChecks(
  entity: Entity,
  field: Field,
  dialect: SqlDialect,
): readonly CheckShape[] {
  return columnChecks(entity, field, dialect).map((check) => ({
    ...check,
    definition: checkClause(check, dialect),
    column: field.column,
    ...(check.name.endsWith('_values') && field.values !== undefined
      ? { values: field.values }
      : {}),
  }))
}

function describeColumn(entity: Entity, field: Field, dialect: SqlDialect): ColumnShape {
  return {
    name: field.column,
    field,
    definition: columnDefinition(entity, field, dialect),
    type: columnType(entity, field, dialect),
    required: field.primary || !field.nullable,
    fallback: columnDefault(field, dialect),
    form: storageForm(field),
  }
}

function describeForeignKey(
  model: Model,
  entity: Entity,
  field: Field,
  dialect: SqlDialect,
): readonly ForeignKeyShape[] {
  const { foreignKey } = field
  if (foreignKey === undefined) return []
  const target = getEntity(model, foreignKey.entity)
  return [
    {
      name: foreignKeyName(entity, field),
      definition: foreignKeyClause(model, entity, field, foreignKey, dialect),
      column: field.column,
      target: { table: target.table, column: columnOf(target, foreignKey.field) },
    },
  ]
}

function describeIndex(
  model: Model,
  entity: Entity,
  index: Index,
  dialect: SqlDialect,
): IndexShape {
  return {
    name: index.name,
    definition: createIndex(model, entity, index, dialect),
    columns: index.fields.map((name) => columnOf(entity, name)),
    unique: index.unique,
    condition:
      index.where === undefined ? undefined : rowCondition(model, entity, dialect, index.where),
  }
}

function columnOf(entity: Entity, name: string): string {
  return entity.fields.get(name)?.column ?? name
}

function byName<T extends { readonly name: string }>(parts: readonly T[]): ReadonlyMap<string, T> {
  return new Map(parts.map((part) => [part.name, part]))
}
