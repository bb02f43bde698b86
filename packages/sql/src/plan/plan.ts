import type { Params, QueryResult } from '@proj/dbal-contract'
import type { MaybePromise } from '../driver/driver.ts'
import type { Call } from '../execute/run-select.ts'
import type { PointKey } from './point-read.ts'

/** Everything that is known of a query before its values arrive. */
export interface QueryPlan {
  /** What has to surround it: one state of the database, or a transaction. */
  surrounding(params: Params): 'none' | 'snapshot' | 'transaction'
  run(call: Call): MaybePromise<QueryResult>
  /** Of a read of one row that others may join: what may differ between them. */
  readonly pointKeys?: readonly [PointKey, ...PointKey[]]
}
