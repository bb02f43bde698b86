import { unsupported, type Model } from '@proj/dbal-contract'
import type { Entity, Index } from '@proj/dbal-schema'
import { fieldOf } from '../compile/compile-context.ts'
import type { SqlDialect } from '../dialect/dialect.ts'
import { rowCondition } from './checks.ts'

export function createIndexes(
  model: Model,
  entity: Entity,
  dialect: SqlDialect,
): readonly string[] {
  // So that a row that breaks two keys is told of the first, as the contract has them, on every engine.
  const indexes = dialect.tellsLastIndex ? entity.indexes.toReversed() : entity.indexes
  return indexes.map((index) => createIndex(model, entity, index, dialect))
}

/**
 * A partial index is a plain one where the engine has none; a unique one would then forbid too much, so
 * there its columns are NULL outside the condition, and NULLs are distinct. Throws
 * CAPABILITY_NOT_SUPPORTED where the engine cannot index expressions either.
 */
export function createIndex(
  model: Model,
  entity: Entity,
  index: Index,
  dialect: SqlDialect,
): string {
  const where =
    index.where === undefined ? undefined : rowCondition(model, entity, dialect, index.where)
  const conditional = where !== undefined && index.unique && !dialect.partialIndexes
  if (conditional && !dialect.expressionIndexes)
    throw unsupported('indexes', `${dialect.name} has no partial unique index: ${index.name}`)
  const { quote } = dialect
  const columns = index.fields
    .map((name) => indexColumn(entity, index, name, dialect))
    .map((column) => (conditional ? `(CASE WHEN ${where} THEN ${column} END)` : column))
  const kind = index.kind?.toLowerCase() ?? ''
  const using = dialect.indexKinds.has(kind) ? `USING ${kind} ` : ''
  const head = `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${quote(index.name)} ON ${quote(entity.table)}`
  const tail = where === undefined || !dialect.partialIndexes ? '' : ` WHERE ${where}`
  return `${head} ${using}(${columns.join(', ')})${tail}`
}

function indexColumn(entity: Entity, index: Index, name: string, dialect: SqlDialect): string {
  const field = fieldOf(entity, name)
  const column = dialect.quote(field.column)
  return index.unique ? column : dialect.indexedColumn(field, column)
}
