// What runs statements: the driver below Prisma's adapter where that is known, else the adapter itself.
import type { Answer, Binds, Cells, SqlStatement, Step } from '@proj/dbal-sql'

export interface Connection {
  all(statement: SqlStatement, binds: Binds): Promise<readonly Cells[]>
  /** Rows inserted, matched or deleted. */
  run(statement: SqlStatement, binds: Binds): Promise<number>
  /** A statement of our own, without values. */
  command(text: string): Promise<void>
  /** Rows of a statement outside any plan, by column name. */
  records(text: string): Promise<Record<string, unknown>[]>
  /** Sends all in one go: one that fails keeps those behind it from being run. Absent where statements go one by one. */
  together?(steps: readonly Step[]): Promise<Outcome>
}

/** What the steps answered, as far as they came. */
export interface Outcome {
  readonly answers: readonly Answer[]
  /** What the driver says of the step that failed, or of the end of all. */
  readonly error?: Error | undefined
}

export function together(on: Connection, steps: readonly Step[]): Promise<Outcome> {
  if (on.together === undefined) throw new TypeError('the connection sends statements one by one')
  return on.together(steps)
}

export function ownStep(text: string): Step {
  return { statement: { text }, binds: [] }
}

/** False of a text that may be several statements, or one that no server prepares. */
export function isPlanned({ text }: SqlStatement, binds: Binds): boolean {
  return binds.length > 0 || text.startsWith('SELECT')
}

/** A statement run for one of the two things that it answers. */
export interface Work<T> {
  of(on: Connection, statement: SqlStatement, binds: Binds): Promise<T>
  pick(answer: Answer): T
}

export const readAll: Work<readonly Cells[]> = {
  of: (on, statement, binds) => on.all(statement, binds),
  pick: ({ rows }) => rows,
}
export const writeAll: Work<number> = {
  of: (on, statement, binds) => on.run(statement, binds),
  pick: ({ count }) => count,
}

/** A connection of a server that nobody else uses until it is closed. */
export interface HeldConnection extends Connection {
  close(): Promise<void>
}

/** What is opened by a url, or by a factory of the application's. */
export interface ConnectedServer {
  /** Rejects with what the driver says where there is no connection to be had. */
  hold(): Promise<HeldConnection>
  /** Whether each connection has `together`. */
  readonly sendsTogether?: boolean
  /** Of any connection that is free, for a statement that cancels another. */
  readonly any: Connection
  dispose(): Promise<void>
}
