import type { SqlDialect } from '@proj/dbal-sql'
import type { Step } from '../step.ts'
import type { Facts } from './facts.ts'

export interface PlanContext {
  readonly dialect: SqlDialect
  readonly facts: Facts
  readonly now: Date
  /** Statements that make again what others put on a table, by table. */
  readonly foreignObjects?: ReadonlyMap<string, readonly string[]>
}

/** Rows that make the change impossible, and what to do about it. */
export interface Refusal {
  readonly table: string
  /** A column, or absent where it is about the whole table. */
  readonly column?: string
  readonly reason: string
}

/** A condition that did not hold when the plan was made, and must not when it is applied. */
export interface Assumption {
  readonly condition: string
}

/** Asked when a step failed: a query for `n`, the number of rows that do not fit. */
export interface Probe {
  readonly table: string
  readonly query: string
  /** The error that such rows are, whatever the engine calls it. */
  readonly code: 'CONFLICT' | 'VALIDATION_ERROR'
  say(count: number): string
}

export interface StepPlan {
  readonly steps: readonly Step[]
  readonly refusals: readonly Refusal[]
  readonly assumptions: readonly Assumption[]
  readonly probes: readonly Probe[]
}
