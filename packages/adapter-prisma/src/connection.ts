// What runs statements: the driver below Prisma's adapter where that is known, else the adapter itself.
import type { Binds, Cells, SqlStatement } from '@proj/dbal-sql'

export interface Connection {
  all(statement: SqlStatement, binds: Binds): Promise<readonly Cells[]>
  /** Rows inserted, matched or deleted. */
  run(statement: SqlStatement, binds: Binds): Promise<number>
  /** A statement of our own, without values. */
  command(text: string): Promise<void>
  /** Rows of a statement outside any plan, by column name. */
  records(text: string): Promise<Record<string, unknown>[]>
}

/** A connection of a server that nobody else uses until it is closed. */
export interface HeldConnection extends Connection {
  close(): Promise<void>
}

/** What is opened by a url, or by a factory of the application's. */
export interface ConnectedServer {
  /** Rejects with what the driver says where there is no connection to be had. */
  hold(): Promise<HeldConnection>
  /** Of any connection that is free, for a statement that cancels another. */
  readonly any: Connection
  dispose(): Promise<void>
}
