import type { Params, QueryResult } from '@proj/dbal-contract'
import type { MaybePromise, Step } from '../driver/driver.ts'
import type { Call } from '../execute/run-select.ts'
import type { PointKey } from './point-read.ts'

/** Everything that is known of a query before its values arrive. */
export interface QueryPlan {
  /** What has to surround it: one state of the database, or a transaction. */
  surrounding(params: Params): 'none' | 'snapshot' | 'transaction'
  run(call: Call): MaybePromise<QueryResult>
  /** Locks the rows that it reads, for which an engine's own rules ask for the right to change them. */
  readonly locks?: boolean
  /**
   * Of a write that wants a transaction: it may as well be this statement alone, over one state of the database. Where
   * that conflicts with what was changed meanwhile it has done nothing, and the write is run as it is.
   */
  readonly isolated?: (params: Params) => Step
  /** Of a read of one row that others may join: what may differ between them. */
  readonly pointKeys?: readonly [PointKey, ...PointKey[]]
}
