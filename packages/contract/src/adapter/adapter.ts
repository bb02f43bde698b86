// The whole interface between DBAL and a database.
import type { StopSignal } from '../operation/stop-signal.ts'
import type { Dialect } from './dialect.ts'
import type { Capabilities } from './capabilities.ts'
import type { Params, Query, QueryResult } from '../query/query.ts'

export interface RunOptions {
  /** Aborted by the caller or by the deadline; its reason is the error to throw. */
  readonly signal?: StopSignal | undefined
}

export type IsolationLevel = 'read_committed' | 'repeatable_read' | 'serializable'

export interface TransactionOptions extends RunOptions {
  readonly isolation?: IsolationLevel | undefined
}

/** Anything that runs queries: an adapter, a transaction, or a layer over either. */
export interface Store {
  /**
   * Runs one query. Rejects with DBALError only: CONFLICT, VALIDATION_ERROR, SERIALIZATION_CONFLICT,
   * TIMEOUT, CANCELLED, TX_ABORTED, TX_LOST, DATABASE_ERROR, UNAVAILABLE, DATA_CORRUPT,
   * CAPABILITY_NOT_SUPPORTED.
   */
  run(query: Query, params: Params, options?: RunOptions): Promise<QueryResult>
  /**
   * Runs `work` on one connection and commits when it resolves. On a transaction's own store it is a
   * savepoint, or CAPABILITY_NOT_SUPPORTED before anything runs. An error inside poisons it: the
   * commit answers TX_ABORTED, unless the error stayed inside a nested one. A call on the outer store
   * never joins it.
   */
  transaction<T>(work: (store: Store) => Promise<T>, options?: TransactionOptions): Promise<T>
}

/** The door to tables and indexes, used by `dbal push` and migrations only. */
export interface SchemaPort {
  readonly dialect: Dialect
  /** Runs the statements in order, in one transaction where the engine's DDL has them. */
  apply(statements: readonly string[]): Promise<void>
  /** Rows of a read-only statement, values as the driver gives them. */
  query(statement: string): Promise<readonly Readonly<Record<string, unknown>>[]>
}

/** Connections to a server, at this moment. */
export interface PoolUsage {
  /** At most. */
  readonly size: number
  readonly inUse: number
  /** Open, and nobody's. */
  readonly idle: number
  /** Callers that wait for one. */
  readonly waiting: number
}

export interface Adapter extends Store {
  readonly name: string
  readonly capabilities: Capabilities
  readonly schema?: SchemaPort
  /** SQL of a query, for explain; absent where there is none. */
  explain?(query: Query): readonly string[]
  /**
   * Asks the database again whether it is at the model that queries are made for: rejects with DATABASE_ERROR
   * where it is at another one. Absent where nobody else can change that.
   */
  checkModel?(): Promise<void>
  /** Absent where there are no connections to speak of. */
  pool?(): PoolUsage
  close(): Promise<void>
}
