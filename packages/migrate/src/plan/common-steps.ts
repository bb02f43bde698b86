// Steps that all engines share. Where a table is rebuilt they say what changes and have no statements.
import type { SqlDialect } from '@proj/dbal-sql'
import type { PartChange } from '../diff/difference.ts'
import type { CheckShape, ForeignKeyShape, IndexShape, TableShape } from '../shape/schema-shape.ts'
import type { Risk, Step } from '../step.ts'
import type { StepList } from './step-list.ts'
import { checkWords, foreignKeyWords, indexWords, limitWords, tableWords } from './words.ts'

export function createTableStep(list: StepList, table: TableShape, createTable: string): void {
  list.create(table)
  const indexes = [...table.indexes.values()].map(({ definition }) => definition)
  list.add({
    kind: 'create_table',
    table: table.name,
    description: tableWords(table),
    risk: 'safe',
    statements: [createTable, ...indexes],
  })
}

export function createIndexStep(list: StepList, table: TableShape, index: IndexShape): void {
  list.add({
    kind: 'create_index',
    table: table.name,
    description: `create ${indexWords(index, table.name)}`,
    risk: index.unique ? riskOfRows(list, table) : 'safe',
    statements: [index.definition],
  })
}

export function dropIndexStep(list: StepList, table: TableShape, index: IndexShape): void {
  list.add({
    kind: 'drop_index',
    table: table.name,
    description: `drop ${indexWords(index, table.name)}`,
    risk: 'safe',
    statements: [dropIndex(list.dialect, table.name, index.name)],
  })
}

function dropIndex({ name, quote }: SqlDialect, table: string, index: string): string {
  // A table that was adopted may lack it.
  return name === 'mysql'
    ? `DROP INDEX ${quote(index)} ON ${quote(table)}`
    : `DROP INDEX IF EXISTS ${quote(index)}`
}

/** A check that goes, comes, or says something else. */
export function checkStep(
  list: StepList,
  table: TableShape,
  { before, after }: Partial<PartChange<CheckShape>>,
  statements: readonly string[],
): void {
  const values = after?.values ?? before?.values
  const column = after?.column ?? before?.column ?? ''
  const kind: Step['kind'] =
    values === undefined
      ? after === undefined
        ? 'drop_constraint'
        : 'add_constraint'
      : 'alter_column'
  list.add({
    kind,
    table: table.name,
    description:
      values === undefined
        ? checkWords(table.name, before, after)
        : limitWords(`${table.name}.${column}`, before?.values, after?.values),
    risk: isLooser(before, after) ? 'safe' : riskOfRows(list, table),
    statements,
  })
}

/** Whatever passed the one passes the other. */
function isLooser(before: CheckShape | undefined, after: CheckShape | undefined): boolean {
  if (after === undefined) return true
  return before?.values?.every((value) => after.values?.includes(value)) ?? false
}

/** A foreign key that goes, comes, or leads elsewhere. */
export function foreignKeyStep(
  list: StepList,
  table: TableShape,
  { before, after }: Partial<PartChange<ForeignKeyShape>>,
  options: { readonly isEmpty?: boolean; readonly statements: readonly string[] },
): void {
  const isHeld = after === undefined || options.isEmpty === true || isSameTarget(before, after)
  list.add({
    kind: after === undefined ? 'drop_constraint' : 'add_constraint',
    table: table.name,
    description: foreignKeyWords(table.name, before, after),
    risk: isHeld ? 'safe' : riskOfRows(list, table),
    statements: options.statements,
  })
}

function isSameTarget(before: ForeignKeyShape | undefined, after: ForeignKeyShape): boolean {
  return before?.target.table === after.target.table && before.target.column === after.target.column
}

export function primaryKeyStep(
  list: StepList,
  table: TableShape,
  statements: readonly string[],
): void {
  list.add({
    kind: 'add_constraint',
    table: table.name,
    description: `make (${table.primaryKey.join(', ')}) the primary key of ${table.name}`,
    risk: riskOfRows(list, table),
    statements,
  })
}

/** The rows there decide, where there are any. */
function riskOfRows(list: StepList, { name }: TableShape): Risk {
  return list.context.facts.rows(name) === 0 ? 'safe' : 'may_fail'
}
