// Runs an insert. Several rows need a transaction around them; the caller sees to it.
import {
  atIndex,
  conflict,
  tracing,
  type DBALError,
  type Params,
  type Query,
  type QueryResult,
} from '@proj/dbal-contract'
import type { MaybePromise, SqlDriver } from '../driver/driver.ts'
import { chain } from '../driver/maybe-promise.ts'
import type { InsertPlan } from '../plan/insert-plan.ts'
import { parentsFirst } from './parents-first.ts'
import type { Call } from './run-select.ts'
import { BACK, RELEASE, SAVE } from './savepoint.ts'

export function countRows(plan: InsertPlan, params: readonly unknown[]): number {
  return params.length / plan.fields.length
}

export function isBulkInsert(query: Query, params: Params): boolean {
  return query.kind === 'insert' && params.length > query.fields.length
}

export function insertOne(call: Call, plan: InsertPlan): MaybePromise<QueryResult> {
  const { session, params, signal } = call
  const binds = plan.bind(params, 0, 1)
  tracing.trace?.through('plan')
  return chain(session.run(plan.statement(1), binds, signal), () => {
    tracing.trace?.through('driver')
    return inserted(1)
  })
}

function inserted(count: number): QueryResult {
  return { rows: [], count }
}

export interface InsertOptions {
  readonly driver: SqlDriver
  readonly savepoints: boolean
  /** References are looked at row by row. */
  readonly byRow: boolean
}

/**
 * Where the engine has savepoints a failure leaves the session as it was before the first row, and names the
 * row that failed unless it refers to nothing, which `refineError` finds.
 */
export async function insertMany(
  call: Call,
  plan: InsertPlan,
  { driver, savepoints, byRow }: InsertOptions,
): Promise<QueryResult> {
  const rows = countRows(plan, call.params)
  if (rows === 0) return inserted(0)
  const ordered = byRow ? parentsFirst(plan, call.params) : undefined
  try {
    await insertAll(
      ordered === undefined ? call : { ...call, ...ordered },
      plan,
      driver,
      savepoints,
    )
  } catch (error) {
    const failure = driver.classify(error)
    if (ordered === undefined) throw failure
    // Of two rows with one key the other was in the way now: who explains the error looks for the row anew.
    const { index, conflict: kind, fields = [] } = failure.details ?? {}
    if (kind === 'unique')
      throw conflict(
        fields.map(({ field }) => field),
        kind,
        failure.cause,
      )
    throw index === undefined ? failure : atIndex(failure, ordered.from[index] ?? index)
  }
  return inserted(rows)
}

async function insertAll(
  call: Call,
  plan: InsertPlan,
  driver: SqlDriver,
  savepoints: boolean,
): Promise<void> {
  const rows = countRows(plan, call.params)
  tracing.trace?.through('plan')
  const bulk = await call.session.bulkInsert?.(plan.entity, plan.fields, call.params, call.signal)
  tracing.trace?.through('driver')
  if (bulk !== undefined) return
  if (savepoints) await call.session.run(SAVE, [])
  try {
    await insertChunks(call, plan, rows, driver)
  } catch (error) {
    const failure = driver.classify(error)
    if (!savepoints || !isFaultOfRow(failure)) throw failure
    await call.session.run(BACK, [])
    if (failure.details?.['conflict'] === 'foreign_key') throw failure
    const found = await findFault(call, plan, rows, driver, failure)
    await call.session.run(BACK, [])
    throw found ?? failure
  }
  if (savepoints) await call.session.run(RELEASE, [])
}

async function insertChunks(
  { session, params, signal }: Call,
  plan: InsertPlan,
  rows: number,
  driver: SqlDriver,
): Promise<void> {
  for (let start = 0; start < rows;) {
    const { rows: size, statement, binds } = plan.portion(params, start, rows - start)
    tracing.trace?.through('plan')
    try {
      await session.run(statement, binds, signal)
      tracing.trace?.through('driver')
    } catch (error) {
      const failure = driver.classify(error)
      // A driver that can tell the row counts from the start of its statement.
      const at = failure.details?.index ?? (size === 1 ? 0 : undefined)
      throw at === undefined ? failure : atIndex(failure, start + at)
    }
    start += size
  }
}

/** The failure of the one row that fails alone as all did together, with its position. */
async function findFault(
  call: Call,
  plan: InsertPlan,
  rows: number,
  driver: SqlDriver,
  failure: DBALError,
): Promise<DBALError | undefined> {
  for (let at = 0; at < rows; at += 1) {
    try {
      await call.session.run(plan.statement(1), plan.bind(call.params, at, 1), call.signal)
    } catch (error) {
      const found = driver.classify(error)
      const isSame =
        found.code === failure.code && found.details?.['conflict'] === failure.details?.['conflict']
      return isSame ? atIndex(found, at) : undefined
    }
  }
  return undefined
}

/** Of a failure that the values of a row brought about, not the engine or the caller's patience. */
export function isFaultOfRow({ code }: DBALError): boolean {
  return code === 'CONFLICT' || code === 'VALIDATION_ERROR'
}
