import type { Capabilities } from '@proj/dbal-contract'
import type { SqlDialect, SqlDriver } from '@proj/dbal-sql'

/** A database that is ready for statements. */
export interface Opened {
  readonly driver: SqlDriver
  readonly dialect: SqlDialect
  readonly capabilities: Capabilities
  /** A database in memory without tables. */
  readonly isFresh: boolean
}
