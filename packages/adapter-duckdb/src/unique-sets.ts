// Which fields a duplicate key belongs to. DuckDB names the columns of a key that is stored already; for one that was
// written in the same transaction it shows the values only, so the row that holds them is looked for.
import type { Model } from '@proj/dbal-contract'

interface UniqueSet {
  /** A partial index: its columns stand in a CASE. */
  readonly conditional: boolean
  readonly table: string
  readonly columns: readonly string[]
  readonly fields: readonly string[]
}

/** What the failed statement wrote, as far as it is known. */
export interface Written {
  readonly table: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
}

export interface UniqueSets {
  /** The fields of `u: x, w: y`; undefined when no key of the model has these columns. */
  ofColumns(key: string): readonly string[] | undefined
  /** The fields of `x, y`. */
  ofValues(key: string, written: Written): readonly string[]
  /**
   * Which of several rows has the key: the second where two do, since the first of them was stored. A key
   * that was there before the statement (`u: x`) is in the way of the first.
   */
  rowWith(key: string, fields: readonly string[], written: Written): number | undefined
}

export function listUniqueSets(model: Model): UniqueSets {
  const sets = collect(model)
  // The widest first: the value of a narrower key may look like the rest of a wider one.
  const named = sets
    .map((set) => ({
      fields: set.fields,
      pattern: keyPattern(set),
      size: set.columns.length,
    }))
    .sort((a, b) => b.size - a.size)
  return {
    ofColumns: (key) => named.find(({ pattern }) => pattern.test(key))?.fields,
    ofValues: (key, written) => {
      const ofTable = sets.filter((set) => set.table === written.table)
      const touched = ofTable.filter((set) => set.columns.some((c) => written.columns.includes(c)))
      const holders = (set: UniqueSet): number =>
        written.rows.filter((row) => isKey(set, written, row, key)).length
      // Keys may look alike: the one that two of the rows have is meant.
      const holding = touched.find((set) => holders(set) > 1) ?? touched.find(holders)
      return (holding ?? touched[0] ?? ofTable[0])?.fields ?? []
    },
    rowWith: (key, fields, written) => {
      const set = sets.find((each) => each.fields === fields)
      if (set === undefined || written.rows.length < 2) return undefined
      const isNamed = written.rows.findIndex((row) => isNamedKey(set, written, row, key))
      if (isNamed >= 0) return isNamed
      const rows = written.rows.flatMap((row, i) => (isKey(set, written, row, key) ? [i] : []))
      return rows[1] ?? rows[0]
    },
  }
}

/** As the message of a key that was stored before has it: `u: x, w: y`. */
function isNamedKey(
  { columns }: UniqueSet,
  written: Written,
  row: readonly unknown[],
  key: string,
): boolean {
  const parts = columns.map((column) => {
    return `${column}: ${String(row[written.columns.indexOf(column)])}`
  })
  return parts.join(', ') === key
}

function isKey(set: UniqueSet, written: Written, row: readonly unknown[], key: string): boolean {
  const values = set.columns.map((column) => row[written.columns.indexOf(column)])
  return values.map(String).join(', ') === key
}

function keyPattern({ columns, conditional }: UniqueSet): RegExp {
  const names = columns.map((column) =>
    conditional ? `CASE .* THEN \\(?"?${escape(column)}"?\\)? .*END` : escape(column),
  )
  return new RegExp(`^${names.map((name) => `${name}: .*`).join(', ')}$`, 's')
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

function collect(model: Model): UniqueSet[] {
  const sets: UniqueSet[] = []
  for (const entity of model.entities.values()) {
    const unique = entity.indexes.filter((index) => index.unique)
    const whole = unique.filter((index) => index.where === undefined).map((index) => index.fields)
    const partial = unique.filter((index) => index.where !== undefined).map((index) => index.fields)
    const add = (fields: readonly string[], conditional: boolean): void => {
      const columns = fields.map((name) => entity.fields.get(name)?.column ?? name)
      sets.push({ table: entity.table, columns, fields, conditional })
    }
    for (const fields of [...entity.uniques, ...whole]) add(fields, false)
    for (const fields of partial) add(fields, true)
  }
  return sets
}
