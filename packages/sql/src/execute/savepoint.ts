// The savepoint of one write. After a failure the session goes back to it, so that it can be asked about the error.
import type { Query } from '@proj/dbal-contract'
import type { SqlDialect } from '../dialect/dialect.ts'
import { addsToSeveral } from './find-overflow.ts'

export const SAVE = { text: 'SAVEPOINT dbal_rows' }
export const BACK = { text: 'ROLLBACK TO SAVEPOINT dbal_rows' }
export const RELEASE = { text: 'RELEASE SAVEPOINT dbal_rows' }

/** Whether a write that is no bulk insert, which sees to it itself, is worth one inside a transaction. */
export function needsSavepoint({ savepoints, survivesErrors }: SqlDialect, query: Query): boolean {
  return savepoints && !survivesErrors && addsToSeveral(query)
}
