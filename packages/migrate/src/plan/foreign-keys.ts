// Which foreign keys have to go before a difference is applied: those that go for good, and those that
// stand on a column or a key that changes.
import type { SqlDialect } from '@proj/dbal-sql'
import { addedOf, removedOf } from '../diff/compare-shapes.ts'
import type { Difference, TableChange } from '../diff/difference.ts'
import type { ForeignKeyShape, TableShape } from '../shape/schema-shape.ts'

export interface ForeignKeyInTheWay {
  readonly table: TableShape
  readonly key: ForeignKeyShape
  /** What is added when the columns are done. */
  readonly again?: ForeignKeyShape
}

export function foreignKeysInTheWay(
  { before, after, changed }: Difference,
  dialect: SqlDialect,
): readonly ForeignKeyInTheWay[] {
  const changes = new Map(changed.map((change) => [change.before.name, change]))
  const found: ForeignKeyInTheWay[] = []
  for (const table of before.tables.values()) {
    const later = after.tables.get(table.name)
    if (later === undefined) continue
    for (const key of table.foreignKeys.values()) {
      const again = later.foreignKeys.get(key.name)
      if (again === undefined) found.push({ table, key })
      else if (
        again.definition !== key.definition ||
        changesUnder(changes.get(table.name), key.column, dialect, 'child') ||
        changesUnder(changes.get(key.target.table), key.target.column, dialect, 'parent')
      )
        found.push({ table, key, again })
    }
  }
  return found
}

function changesUnder(
  change: TableChange | undefined,
  column: string,
  dialect: SqlDialect,
  end: 'child' | 'parent',
): boolean {
  if (change === undefined) return false
  const { columns, indexes, before, after } = change
  const isRetyped = columns.altered.some(
    ({ before: old, after: next }) =>
      old.name === column && (old.type !== next.type || old.form !== next.form),
  )
  if (isRetyped) return true
  // On MySQL the referring column, too, needs an index that starts with it.
  if (end === 'child' && dialect.name !== 'mysql') return false
  const keys = change.primaryKey ? [...before.primaryKey, ...after.primaryKey] : []
  const parts = [...removedOf(indexes), ...addedOf(indexes)]
  return keys.includes(column) || parts.some((index) => index.columns.includes(column))
}

export function dropForeignKey(
  { name, quote }: SqlDialect,
  table: TableShape,
  key: ForeignKeyShape,
): string {
  const alter = `ALTER TABLE ${quote(table.name)} DROP`
  if (name !== 'mysql') return `${alter} CONSTRAINT IF EXISTS ${quote(key.name)}`
  const index = hasOwnIndex(table, key) ? `, DROP INDEX ${quote(key.name)}` : ''
  return `${alter} FOREIGN KEY ${quote(key.name)}${index}`
}

/** MySQL makes one, of the key's name, where no other starts with its column. */
function hasOwnIndex({ indexes, primaryKey }: TableShape, { column }: ForeignKeyShape): boolean {
  // A unique index with a condition is one over expressions there.
  const others = [...indexes.values()]
    .filter(({ unique, condition }) => !unique || condition === undefined)
    .map(({ columns }) => columns[0])
  return primaryKey[0] !== column && !others.includes(column)
}
