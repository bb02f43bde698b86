// Runs an insert. Several rows need a transaction around them; the caller sees to it.
import { atIndex, type DBALError, type QueryResult } from '@proj/dbal-contract'
import type { MaybePromise, SqlDriver } from '../driver/driver.ts'
import { chain } from '../driver/maybe-promise.ts'
import type { InsertPlan } from '../plan/insert-plan.ts'
import type { Call } from './run-select.ts'

export function countRows(plan: InsertPlan, params: readonly unknown[]): number {
  return params.length / plan.fields.length
}

export function insertOne(call: Call, plan: InsertPlan): MaybePromise<QueryResult> {
  const { session, params, signal } = call
  return chain(session.run(plan.statement(1), plan.bind(params, 0, 1), signal), () => inserted(1))
}

function inserted(count: number): QueryResult {
  return { rows: [], count }
}

/** Names the row that failed, where the engine lets the rows be tried again one by one. */
export async function insertMany(
  call: Call,
  plan: InsertPlan,
  { driver, savepoints }: { readonly driver: SqlDriver; readonly savepoints: boolean },
): Promise<QueryResult> {
  const rows = countRows(plan, call.params)
  if (rows === 0) return inserted(0)
  const bulk = await call.session.bulkInsert?.(plan.entity, plan.fields, call.params, call.signal)
  if (bulk !== undefined) return inserted(bulk)
  for (let start = 0; start < rows;) {
    const size = plan.rowsOf(rows - start)
    await insertChunk(call, plan, start, size, driver, savepoints)
    start += size
  }
  return inserted(rows)
}

const SAVE = { text: 'SAVEPOINT dbal_rows' }
const BACK = { text: 'ROLLBACK TO SAVEPOINT dbal_rows' }
const RELEASE = { text: 'RELEASE SAVEPOINT dbal_rows' }

async function insertChunk(
  call: Call,
  plan: InsertPlan,
  start: number,
  size: number,
  driver: SqlDriver,
  savepoints: boolean,
): Promise<void> {
  const { session, params, signal } = call
  const canRetry = savepoints && size > 1
  if (canRetry) await session.run(SAVE, [])
  try {
    await session.run(plan.statement(size), plan.bind(params, start, size), signal)
    if (canRetry) await session.run(RELEASE, [])
  } catch (error) {
    const failure = driver.classify(error)
    if (!isFaultOfRow(failure)) throw failure
    // A driver that can tell the row counts from the start of its statement.
    const at = failure.details?.index ?? (size === 1 ? 0 : undefined)
    if (at !== undefined) throw atIndex(failure, start + at)
    if (!canRetry) throw failure
    await session.run(BACK, [])
    throw (await findFault(call, plan, start, size, driver, failure)) ?? failure
  }
}

/** The failure of the one row that fails alone as all did together, with its position. */
async function findFault(
  call: Call,
  plan: InsertPlan,
  start: number,
  size: number,
  driver: SqlDriver,
  failure: DBALError,
): Promise<DBALError | undefined> {
  for (let at = start; at < start + size; at += 1) {
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

function isFaultOfRow({ code }: DBALError): boolean {
  return code === 'CONFLICT' || code === 'VALIDATION_ERROR'
}
