// Statements that fail where a condition holds, so that a plan made on another state of the database is
// not carried out on this one.
import type { DBALError } from '@proj/dbal-contract'
import { MODEL_TABLE, type SqlDialect } from '@proj/dbal-sql'
import { CURRENT_ID, type RecordRow } from './deployed-record.ts'
import type { PushPlan } from './plan-push.ts'
import { anotherPush, rowsMoved } from './push-errors.ts'

export interface Guard {
  /** True where the plan must not be carried out. */
  readonly condition: string
  error(cause: unknown): DBALError
}

export function guardsOf({ dialect, base, assumptions }: PushPlan): readonly Guard[] {
  return [
    { condition: recordMoved(dialect, base.current), error: anotherPush },
    ...assumptions.map(({ condition }) => ({ condition, error: rowsMoved })),
  ]
}

/** Breaks the primary key of the record's table: plain SQL has no other way to say no. */
export function failWhere({ quote }: SqlDialect, condition: string): string {
  const columns = ['id', 'fingerprint', 'model', 'applied_at'].map(quote).join(', ')
  return `INSERT INTO ${quote(MODEL_TABLE)} (${columns}) SELECT ${CURRENT_ID}, '', '', '' FROM (SELECT 1 AS n UNION ALL SELECT 2 AS n) AS two WHERE ${condition}`
}

/** A query with a row where the condition holds. */
export function rowWhere(condition: string): string {
  return `SELECT n FROM (SELECT 1 AS n) AS one WHERE ${condition}`
}

/** The record is no longer the one that the plan was made on. */
function recordMoved({ quote, literal }: SqlDialect, current: RecordRow | undefined): string {
  const row = `SELECT 1 FROM ${quote(MODEL_TABLE)} WHERE ${quote('id')} = ${CURRENT_ID}`
  if (current === undefined) return `EXISTS (${row})`
  const same = `${quote('fingerprint')} = ${literal(current.fingerprint)} AND ${quote('applied_at')} = ${literal(current.appliedAt)}`
  return `NOT EXISTS (${row} AND ${same})`
}
