// What a write is asked to do, and what it did.
import type { QueryResult, Row } from '@proj/dbal-contract'

/** What the caller sends, by the names of fields. */
export interface Sent {
  readonly fields: readonly string[]
  /** Foreign keys among them whose rows were looked up or made under the rules already. */
  readonly vouched?: ReadonlySet<string> | undefined
}

export interface Changed {
  /** Rows matched, changed in value or not. */
  readonly count: number
  readonly rows: readonly Row[]
}

export function changed(result: QueryResult): Changed {
  return { count: result.count, rows: result.rows as readonly Row[] }
}
