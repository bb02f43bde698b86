// What a write is asked to do, and what it did.
import type { QueryResult, Row } from '@proj/dbal-contract'

/** What is known of the foreign keys that a write sends. */
export interface Ties {
  /** Those whose rows were looked up or made under the rules already. */
  readonly vouched?: ReadonlySet<string> | undefined
  /** Those whose rows are not known, one being named that is not there: the rules of the row come first, and nothing is stored. */
  readonly absent?: readonly string[] | undefined
}

/** What the caller sends, by the names of fields. */
export interface Sent extends Ties {
  readonly fields: readonly string[]
  /** Of an update: what may be stored in the same statement where it matches no row. */
  readonly otherwise?: NewRow | undefined
}

/** A whole row, and the fields of it that the caller sends. */
export interface NewRow {
  readonly row: Row
  readonly fields: readonly string[]
}

export interface Changed {
  /** Rows matched, changed in value or not. */
  readonly count: number
  readonly rows: readonly Row[]
  /** The row that was given for this was stored: none was matched. */
  readonly stored?: boolean
}

export function changed(result: QueryResult): Changed {
  return { count: result.count, rows: result.rows as readonly Row[] }
}
