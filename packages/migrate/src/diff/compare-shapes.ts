// From two schemas to what lies between them. Names decide what is the same thing: a rename is a drop
// and an addition.
import type { ColumnShape, SchemaShape, TableShape } from '../shape/schema-shape.ts'
import type { Difference, PartChange, PartChanges, TableChange } from './difference.ts'

interface Part {
  readonly name: string
  readonly definition: string
}

export function compareShapes(before: SchemaShape, after: SchemaShape): Difference {
  const created: TableShape[] = []
  const changed: TableChange[] = []
  for (const table of after.tables.values()) {
    const old = before.tables.get(table.name)
    const change = old === undefined ? undefined : compareTables(old, table)
    if (old === undefined) created.push(table)
    else if (change !== undefined) changed.push(change)
  }
  const dropped = [...before.tables.values()].filter(({ name }) => !after.tables.has(name))
  return { before, after, created, dropped: dropped.reverse(), changed }
}

function compareTables(before: TableShape, after: TableShape): TableChange | undefined {
  const change: TableChange = {
    before,
    after,
    columns: compareColumns(before.columns, after.columns),
    checks: compareParts(before.checks, after.checks),
    foreignKeys: compareParts(before.foreignKeys, after.foreignKeys),
    indexes: compareParts(before.indexes, after.indexes),
    primaryKey: before.primaryKey.join('\n') !== after.primaryKey.join('\n'),
  }
  const parts = [change.columns, change.checks, change.foreignKeys, change.indexes]
  const isSame = !change.primaryKey && parts.every(isEmpty)
  return isSame ? undefined : change
}

export function isEmpty(changes: PartChanges<Part>): boolean {
  return changes.added.length + changes.dropped.length + changes.altered.length === 0
}

/** Of dropped and altered parts the old ones, of added and altered ones the new. */
export function removedOf<T>(changes: PartChanges<T>): readonly T[] {
  return [...changes.dropped, ...changes.altered.map(({ before }) => before)]
}

export function addedOf<T>(changes: PartChanges<T>): readonly T[] {
  return [...changes.altered.map(({ after }) => after), ...changes.added]
}

function compareParts<T extends Part>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
  text: (part: T) => string = (part) => part.definition,
): PartChanges<T> {
  const pairs = [...after.values()].map((part) => ({ before: before.get(part.name), after: part }))
  return sort(before, pairs, text)
}

function compareColumns(
  before: ReadonlyMap<string, ColumnShape>,
  after: ReadonlyMap<string, ColumnShape>,
): PartChanges<ColumnShape> {
  return sort(
    before,
    pairColumns(before, after),
    ({ definition, form }) => `${definition}\n${form}`,
  )
}

/** Columns that stay, as they were and as they will be. */
export function columnPairs(
  before: ReadonlyMap<string, ColumnShape>,
  after: ReadonlyMap<string, ColumnShape>,
): readonly PartChange<ColumnShape>[] {
  return pairColumns(before, after).flatMap(({ before: old, after: column }) =>
    old === undefined ? [] : [{ before: old, after: column }],
  )
}

/** A column whose name changes in case only is the same: some engines cannot tell the two apart. */
function pairColumns(
  before: ReadonlyMap<string, ColumnShape>,
  after: ReadonlyMap<string, ColumnShape>,
): readonly { readonly before: ColumnShape | undefined; readonly after: ColumnShape }[] {
  const folded = new Map(
    [...before.values()]
      .filter(({ name }) => !after.has(name))
      .map((column) => [column.name.toLowerCase(), column]),
  )
  return [...after.values()].map((column) => ({
    before: before.get(column.name) ?? folded.get(column.name.toLowerCase()),
    after: column,
  }))
}

function sort<T>(
  before: ReadonlyMap<string, T>,
  pairs: readonly { readonly before: T | undefined; readonly after: T }[],
  text: (part: T) => string,
): PartChanges<T> {
  const added: T[] = []
  const altered: PartChange<T>[] = []
  for (const { before: old, after } of pairs) {
    if (old === undefined) added.push(after)
    else if (text(old) !== text(after)) altered.push({ before: old, after })
  }
  const kept = new Set(pairs.map((pair) => pair.before))
  const dropped = [...before.values()].filter((part) => !kept.has(part))
  return { added, dropped, altered }
}
