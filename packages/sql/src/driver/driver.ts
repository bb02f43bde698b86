// What a vendor has to supply: something that runs statements. Everything above it is shared.
import type {
  DBALError,
  Params,
  PoolUsage,
  Principal,
  RunOptions,
  TransactionOptions,
  StopSignal,
} from '@proj/dbal-contract'
import type { Entity } from '@proj/dbal-schema'

/** A text to run. Its identity stands for the text, so a driver keeps its prepared form beside it. */
export interface SqlStatement {
  readonly text: string
  /** A column may hold integers beyond 2^53, which the driver must not round. */
  readonly bigints?: boolean
  /** The table that it changes; absent where it reads. */
  readonly writes?: string
  /** It answers one row at most, which an engine in process need not look beyond. */
  readonly single?: boolean
}

/**
 * The values a statement takes. Dates, decimals and JSON travel as text and the statement casts them,
 * so no driver needs to know the types.
 */
export type Bind = string | number | bigint | boolean | Uint8Array | null
/** In placeholder order. */
export type Binds = readonly Bind[]

/** A statement with its values. */
export interface Step {
  readonly statement: SqlStatement
  readonly binds: Binds
}

export interface Answer {
  readonly rows: readonly Cells[]
  /** Rows inserted, matched, deleted or answered. */
  readonly count: number
}

/**
 * A row in column order. Cells are decoded leniently: integers as number, bigint or text; booleans as
 * such or as the integers 0 and 1; datetimes as text, Date or epoch milliseconds; json as text or as parsed; SQL NULL
 * as null or undefined.
 */
export type Cells = readonly unknown[]

export type MaybePromise<T> = T | Promise<T>

export interface SqlSession {
  all(statement: SqlStatement, binds: Binds, signal?: StopSignal): MaybePromise<readonly Cells[]>
  /** Rows inserted, matched (changed in value or not) or deleted. */
  run(statement: SqlStatement, binds: Binds, signal?: StopSignal): MaybePromise<number>
  /** In a transaction, for the price of one: a step that fails keeps those behind it from being run. */
  together?(steps: readonly Step[], signal?: StopSignal): MaybePromise<readonly Answer[]>
  /**
   * A faster way than INSERT to store many rows, all or none: `params` holds them end to end in the
   * order of `fields`, as the client gave them. `undefined` means that INSERT should do it.
   */
  bulkInsert?(
    entity: Entity,
    fields: readonly string[],
    params: Params,
    signal?: StopSignal,
  ): MaybePromise<number | undefined>
}

/** What statements of a transaction run on. */
export interface TransactionSession extends SqlSession {
  /**
   * For engines that answer nothing more once a statement has failed: whom to ask after that how the transaction
   * stood at this moment. It rejects where it cannot tell; the transaction stays failed.
   */
  mark?(): SqlSession
  /** Says for whom the statements that follow are, where the engine keeps rules of its own. Undefined: the product. */
  identify?(principal: Principal | undefined): MaybePromise<void>
}

export interface SqlTransaction extends TransactionSession {
  /**
   * Ends the transaction, also where it rejects: when the engine did not store the changes, even where
   * it says "ok" (TX_ABORTED).
   */
  commit(): MaybePromise<void>
  /** Does not reject when the engine has already rolled back. */
  rollback(): MaybePromise<void>
}

export interface SqlDriver extends SqlSession {
  /** Statements travel, so that one which answers many calls costs less than one for each. */
  readonly remote?: boolean
  /** Statements for a principal go through a transaction, which can `identify` him. */
  readonly identifies?: boolean
  /** Absent where there is one connection, or one file. */
  readonly pool?: () => PoolUsage
  /**
   * Resolves when the transaction is open; a driver with one connection waits for it here. One that identifies has
   * done so for the principal of the options.
   */
  begin(options: TransactionOptions): MaybePromise<SqlTransaction>
  /** A transaction for changes of tables, where it needs more than `begin` does. */
  beginSchemaChange?(): MaybePromise<SqlTransaction>
  /** Runs `work` over one state of the database; offered where that costs no more than not doing so. */
  snapshot?<T>(work: (session: SqlSession) => MaybePromise<T>, options: RunOptions): MaybePromise<T>
  /**
   * One write that is a transaction of its own at repeatable_read, where that costs little more than the write; it
   * counts as `run` does. SERIALIZATION_CONFLICT, and nothing done, where it meets what was changed since it began.
   */
  runIsolated?(step: Step, signal?: StopSignal): MaybePromise<number>
  /** Rows of a statement outside any plan, by column name, values as the driver gives them. */
  records(text: string): MaybePromise<readonly Readonly<Record<string, unknown>>[]>
  /** The error of a failed statement, mapped; a DBALError passes through. */
  classify(error: unknown): DBALError
  close(): MaybePromise<void>
}
