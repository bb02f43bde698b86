// PostgreSQL and MySQL: tables are changed in place. Foreign keys go first and come last, so that no
// order of tables and no cycle between them matters.
import { createTable } from '@proj/dbal-sql'
import { addedOf, removedOf } from '../diff/compare-shapes.ts'
import type { Difference, TableChange } from '../diff/difference.ts'
import type { CheckShape, TableShape } from '../shape/schema-shape.ts'
import { addPart, changeColumns, dropCheck } from './change-columns.ts'
import { checkChanges } from './check-changes.ts'
import {
  checkStep,
  createIndexStep,
  createTableStep,
  dropIndexStep,
  foreignKeyStep,
} from './common-steps.ts'
import { dropForeignKey, foreignKeysInTheWay, type ForeignKeyInTheWay } from './foreign-keys.ts'
import type { Addition } from './plan-column.ts'
import type { StepList } from './step-list.ts'

export function planAlterations(difference: Difference, list: StepList): void {
  const { created, changed, after } = difference
  const inTheWay = foreignKeysInTheWay(difference, list.dialect)
  for (const key of inTheWay) dropKey(key, list)
  for (const change of changed) dropParts(change, list)
  dropTables(difference, list)
  const additions = changed.flatMap((change) => changeColumns(change, list))
  for (const table of created)
    createTableStep(list, table, createTable(after.model, table.entity, list.dialect))
  for (const change of changed) addParts(change, list)
  for (const table of created) addAllKeys(table, list)
  for (const change of changed) addKeys(change, additions, list)
  for (const key of inTheWay) addAgain(key, list)
}

function dropKey({ table, key, again }: ForeignKeyInTheWay, list: StepList): void {
  const statements = [dropForeignKey(list.dialect, table, key)]
  if (again === undefined) foreignKeyStep(list, table, { before: key }, { statements })
  else
    list.add({
      kind: 'drop_constraint',
      table: table.name,
      description: `drop foreign key ${table.name}.${key.column}, to be made again`,
      risk: 'safe',
      statements,
    })
}

function addAgain({ table, key, again }: ForeignKeyInTheWay, list: StepList): void {
  if (again === undefined) return
  const statements = [addPart(list.dialect, table, again)]
  foreignKeyStep(list, table, { before: key, after: again }, { statements })
}

function addKeys(
  { after: table, foreignKeys }: TableChange,
  additions: readonly Addition[],
  list: StepList,
): void {
  for (const key of foreignKeys.added) {
    const column = table.columns.get(key.column)
    const isEmpty = additions.some((each) => each.column === column && each.fill === undefined)
    const statements = [addPart(list.dialect, table, key)]
    foreignKeyStep(list, table, { after: key }, { isEmpty, statements })
  }
}

function addAllKeys(table: TableShape, list: StepList): void {
  const keys = [...table.foreignKeys.values()]
  if (keys.length === 0) return
  const columns = keys.map(({ column }) => column).join(', ')
  list.add({
    kind: 'add_constraint',
    table: table.name,
    description: `add the foreign keys of ${table.name} (${columns})`,
    risk: 'safe',
    statements: keys.map((key) => addPart(list.dialect, table, key)),
  })
}

/** Children first; of a cycle the key that still leads to a table goes before the table. */
function dropTables({ dropped, created }: Difference, list: StepList): void {
  const { dialect } = list
  dropped.forEach((table, at) => {
    const keys = dropped
      .slice(at + 1)
      .flatMap((other) =>
        [...other.foreignKeys.values()]
          .filter(({ target }) => target.table === table.name)
          .map((key) => dropForeignKey(dialect, other, key)),
      )
    list.dropTable(table, created, [...keys, `DROP TABLE ${dialect.quote(table.name)}`])
  })
}

/** Indexes and checks that go, before the columns under them change. */
function dropParts(change: TableChange, list: StepList): void {
  const { before, indexes } = change
  for (const index of removedOf(indexes)) dropIndexStep(list, before, index)
  for (const check of checkChanges(change).own) {
    if (check.before === undefined || isInPlace(change, check)) continue
    const statements = [dropCheck(list.dialect, before, check.before)]
    checkStep(list, before, { before: check.before }, statements)
  }
}

function addParts(change: TableChange, list: StepList): void {
  const { after: table, indexes } = change
  const { dialect } = list
  for (const check of checkChanges(change).own) {
    if (check.after === undefined) continue
    const whole = isInPlace(change, check) ? check : { after: check.after }
    checkStep(list, table, whole, [
      ...(whole.before === undefined ? [] : [dropCheck(dialect, table, whole.before)]),
      addPart(dialect, table, check.after),
    ])
  }
  for (const index of addedOf(indexes)) createIndexStep(list, table, index)
}

/** A check that says something else, over columns that stay as they are: one step does it. */
function isInPlace({ columns }: TableChange, check: { readonly after?: CheckShape }): boolean {
  return (
    check.after !== undefined && (columns.altered.length === 0 || check.after.values !== undefined)
  )
}
