// What a write is asked to do, and what it did.
import type { QueryResult, Row, Value } from '@proj/dbal-contract'
import type { SentValues } from './demand-targets.ts'

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

/** The values whose rows have still to be looked up under the rules. */
export function unvouched(
  given: Iterable<readonly [string, readonly (Value | undefined)[]]>,
  { vouched }: Sent,
): SentValues {
  const all: SentValues = new Map(given)
  if (vouched === undefined) return all
  return new Map([...all].filter(([name]) => !vouched.has(name)))
}
