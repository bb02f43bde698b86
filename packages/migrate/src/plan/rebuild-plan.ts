// SQLite and DuckDB: what ALTER TABLE cannot do is done by a table beside the old one, into which the
// rows are copied and which then takes its name.
import { createTable, type SqlDialect } from '@proj/dbal-sql'
import { addedOf, isEmpty, removedOf } from '../diff/compare-shapes.ts'
import type { Difference, TableChange } from '../diff/difference.ts'
import { checkChanges } from './check-changes.ts'
import {
  checkStep,
  createIndexStep,
  createTableStep,
  dropIndexStep,
  foreignKeyStep,
  primaryKeyStep,
} from './common-steps.ts'
import { copyRows } from './copy-rows.ts'
import type { StepList } from './step-list.ts'

const BESIDE = '_dbal_new_'
const ENGINES: Readonly<Record<string, string>> = { sqlite: 'SQLite', duckdb: 'DuckDB' }

/** Names are free before they are taken: indexes share a name space with each other and with tables. */
export function planRebuilds(difference: Difference, list: StepList): void {
  const { created, dropped, changed, after } = difference
  const { dialect } = list
  for (const { before, indexes } of changed)
    for (const index of removedOf(indexes)) dropIndexStep(list, before, index)
  for (const table of dropped)
    list.dropTable(table, created, [`DROP TABLE ${dialect.quote(table.name)}`])
  for (const change of changed) {
    if (isInPlace(change, dialect)) addColumns(change, list)
    else rebuildTable(change, difference, list)
  }
  for (const table of created)
    createTableStep(list, table, createTable(after.model, table.entity, dialect))
  for (const { after: table, indexes } of changed)
    for (const index of addedOf(indexes)) createIndexStep(list, table, index)
}

/** Only indexes differ, or columns come that ALTER TABLE can add. */
function isInPlace(change: TableChange, { name }: SqlDialect): boolean {
  const { columns, checks, foreignKeys, indexes, primaryKey } = change
  // DuckDB aborts the process when an index of one name is dropped and made in one transaction.
  if (name === 'duckdb' && indexes.altered.length > 0) return false
  if (primaryKey || !isEmpty(foreignKeys)) return false
  if (removedOf(columns).length + removedOf(checks).length > 0) return false
  if (checkChanges(change).own.length > 0) return false
  return name === 'duckdb'
    ? checks.added.length === 0 && columns.added.every(({ required }) => !required)
    : columns.added.every(({ required, fallback }) => !required || fallback !== undefined)
}

function addColumns(change: TableChange, list: StepList): void {
  const { after, columns } = change
  const table = list.dialect.quote(after.name)
  const { addedWith } = checkChanges(change)
  const additions = columns.added.map((column) => list.addition(after, column))
  list.change(change, { additions, alterations: [] })
  for (const { column, description, risk } of additions) {
    const checks = addedWith(column.name).map(({ definition }) => definition)
    list.add({
      kind: 'add_column',
      table: after.name,
      description,
      risk,
      statements: [`ALTER TABLE ${table} ADD COLUMN ${[column.definition, ...checks].join(' ')}`],
    })
  }
}

function rebuildTable(change: TableChange, difference: Difference, list: StepList): void {
  const { before, after, columns, foreignKeys, indexes } = change
  const { dialect } = list
  const table = after.name
  const additions = columns.added.map((column) => list.addition(after, column))
  const alterations = columns.altered.map((pair) => list.alteration(after, pair.before, pair.after))
  list.change(change, { additions, alterations })
  for (const { description, risk } of additions)
    list.add({ kind: 'add_column', table, description, risk, statements: [] })
  for (const { description, risk } of alterations)
    list.add({ kind: 'alter_column', table, description, risk, statements: [] })
  for (const column of columns.dropped) list.dropColumn(before, column, columns.added, [])
  if (change.primaryKey) primaryKeyStep(list, after, [])
  for (const check of checkChanges(change).own) checkStep(list, after, check, [])
  for (const key of foreignKeys.dropped)
    foreignKeyStep(list, after, { before: key }, { statements: [] })
  for (const key of foreignKeys.altered) foreignKeyStep(list, after, key, { statements: [] })
  for (const key of foreignKeys.added) {
    const isEmpty = additions.some(
      ({ column, fill }) => column.name === key.column && fill === undefined,
    )
    foreignKeyStep(list, after, { after: key }, { isEmpty, statements: [] })
  }
  const kept = [...after.indexes.values()].filter((index) => !addedOf(indexes).includes(index))
  const beside = `${BESIDE}${table}`
  list.add({
    kind: 'rebuild_table',
    table,
    description: `rebuild table ${table} around its rows: ${ENGINES[dialect.name] ?? ''} cannot change it in place`,
    risk: 'safe',
    statements: [
      createTable(difference.after.model, after.entity, dialect, beside),
      copyRows(change, { additions, alterations }, beside, dialect),
      `DROP TABLE ${dialect.quote(before.name)}`,
      ...takeName(beside, table, dialect),
      ...kept.map(({ definition }) => definition),
      ...(list.context.foreignObjects?.get(before.name) ?? []),
    ],
  })
}

function takeName(beside: string, table: string, { name, quote }: SqlDialect): readonly string[] {
  const rename = `ALTER TABLE ${quote(beside)} RENAME TO ${quote(table)}`
  // Else SQLite looks for the table in every view at a moment at which it is not there.
  return name === 'sqlite'
    ? ['PRAGMA legacy_alter_table = ON', rename, 'PRAGMA legacy_alter_table = OFF']
    : [rename]
}

/**
 * Tables whose references a plan may break, to be looked at when it is done: SQLite does not look while a
 * table is rebuilt.
 */
export function tablesToCheck(
  { dropped, changed, after }: Difference,
  dialect: SqlDialect,
): readonly string[] {
  if (dialect.name !== 'sqlite') return []
  const rebuilt = changed.filter((change) => !isInPlace(change, dialect))
  const touched = new Set(
    [...dropped, ...rebuilt.map(({ before }) => before)].map(({ name }) => name),
  )
  return [...after.tables.values()]
    .filter(
      ({ name, foreignKeys }) =>
        touched.has(name) ||
        [...foreignKeys.values()].some(({ target }) => touched.has(target.table)),
    )
    .map(({ name }) => name)
}
