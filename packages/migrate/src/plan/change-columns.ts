// The columns and the primary key of one table, changed in place: additions come before drops, since a
// table must not be without columns in between.
import type { SqlDialect } from '@proj/dbal-sql'
import type { TableChange } from '../diff/difference.ts'
import type { CheckShape, ForeignKeyShape, TableShape } from '../shape/schema-shape.ts'
import { alterColumn } from './alter-column.ts'
import { checkChanges } from './check-changes.ts'
import { primaryKeyStep } from './common-steps.ts'
import type { Addition } from './plan-column.ts'
import type { StepList } from './step-list.ts'

export function changeColumns(change: TableChange, list: StepList): readonly Addition[] {
  const { before, after, columns } = change
  const { dialect } = list
  const { removedWith, addedWith } = checkChanges(change)
  const drop = (check: CheckShape): string => dropCheck(dialect, after, check)
  const add = (check: CheckShape): string => addPart(dialect, after, check)
  const additions = columns.added.map((column) => list.addition(after, column))
  for (const addition of additions) {
    const { column, description, risk } = addition
    list.add({
      kind: 'add_column',
      table: after.name,
      description,
      risk,
      statements: [...addColumn(after, addition, dialect), ...addedWith(column.name).map(add)],
    })
  }
  const alterations = columns.altered.map((pair) => list.alteration(after, pair.before, pair.after))
  list.change(change, { additions, alterations })
  for (const alteration of alterations) {
    const { description, risk } = alteration
    list.add({
      kind: 'alter_column',
      table: after.name,
      description,
      risk,
      statements: [
        ...removedWith(alteration.before.name).map(drop),
        ...alterColumn(after.name, alteration, dialect),
        ...addedWith(alteration.after.name).map(add),
      ],
    })
  }
  if (change.primaryKey) primaryKeyStep(list, after, swapPrimaryKey(change, dialect))
  const table = dialect.quote(after.name)
  for (const column of columns.dropped)
    list.dropColumn(before, column, columns.added, [
      ...removedWith(column.name).map(drop),
      `ALTER TABLE ${table} DROP COLUMN ${dialect.quote(column.name)}`,
    ])
  return additions
}

function addColumn(
  { name }: TableShape,
  { column, fill }: Addition,
  { quote }: SqlDialect,
): readonly string[] {
  const alter = `ALTER TABLE ${quote(name)}`
  if (fill === undefined || column.fallback !== undefined)
    return [`${alter} ADD COLUMN ${column.definition}`]
  // The rows there are filled by a DEFAULT that does not stay.
  const plain = quote(column.name)
  return [
    `${alter} ADD COLUMN ${plain} ${column.type} NOT NULL DEFAULT ${fill.sql}`,
    `${alter} ALTER COLUMN ${plain} DROP DEFAULT`,
  ]
}

export function addPart(
  { quote }: SqlDialect,
  { name }: TableShape,
  { definition }: ForeignKeyShape | CheckShape,
): string {
  return `ALTER TABLE ${quote(name)} ADD ${definition}`
}

export function dropCheck(
  { name, quote }: SqlDialect,
  table: TableShape,
  check: CheckShape,
): string {
  // A table that was adopted may lack it.
  const which = `${name === 'mysql' ? '' : 'IF EXISTS '}${quote(check.name)}`
  return `ALTER TABLE ${quote(table.name)} DROP CONSTRAINT ${which}`
}

function swapPrimaryKey({ before, after }: TableChange, { name, quote }: SqlDialect): string[] {
  const table = quote(after.name)
  const key = `PRIMARY KEY (${after.primaryKey.map(quote).join(', ')})`
  return name === 'mysql'
    ? [`ALTER TABLE ${table} DROP PRIMARY KEY, ADD ${key}`]
    : [
        `ALTER TABLE ${table} DROP CONSTRAINT ${quote(primaryKeyName(before.name))}`,
        `ALTER TABLE ${table} ADD ${key}`,
      ]
}

/** PostgreSQL's own choice: the table's name, cut so that the whole has at most 63 bytes. */
function primaryKeyName(table: string): string {
  const suffix = '_pkey'
  let start = table
  while (Buffer.byteLength(start) > 63 - suffix.length) start = start.slice(0, -1)
  return `${start}${suffix}`
}
