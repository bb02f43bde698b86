// The SQL side of an adapter, once for all engines: plans kept by query, transactions over a driver.
import {
  abortError,
  isDBALError,
  throwIfAborted,
  tracing,
  unsupported,
  untilAborted,
  type Adapter,
  type Capabilities,
  type DBALError,
  type Model,
  type Params,
  type Query,
  type QueryResult,
  type RunOptions,
  type SchemaPort,
  type Store,
  type TransactionOptions,
  type StopSignal,
} from '@proj/dbal-contract'
import type { SqlDialect } from '../dialect/dialect.ts'
import type {
  MaybePromise,
  SqlDriver,
  SqlTransaction,
  Step,
  TransactionSession,
} from '../driver/driver.ts'
import type { QueryPlan } from '../plan/plan.ts'
import { isBulkInsert, isFaultOfRow } from '../execute/run-insert.ts'
import { BACK, needsSavepoint, RELEASE, SAVE } from '../execute/savepoint.ts'
import { createQueryPlan } from '../plan/query-plan.ts'
import { createReadBatcher } from './batch-reads.ts'
import { explainQuery } from './explain-query.ts'
import { checkModelRecord } from './model-guard.ts'
import { createPrincipalSessions } from './principal-sessions.ts'
import { refineError } from './refine-error.ts'
import { aborted, createTransactionStore } from './transaction-store.ts'

export interface SqlAdapterOptions {
  /** `sqlite`, `duckdb`, `prisma`. */
  readonly name: string
  readonly model: Model
  readonly dialect: SqlDialect
  readonly driver: SqlDriver
  readonly capabilities: Capabilities
}

/**
 * An adapter over a vendor's driver. Its first call answers DATABASE_ERROR when the database is
 * recorded to be at another model.
 */
export function createSqlAdapter(options: SqlAdapterOptions): Adapter {
  const { name, model, dialect, driver, capabilities } = options
  const plans = new WeakMap<Query, QueryPlan>()
  const sessions = createPrincipalSessions(driver)
  const reads = createReadBatcher()
  let checked = false

  function planOf(query: Query): QueryPlan {
    let plan = plans.get(query)
    if (plan === undefined) {
      plan = createQueryPlan(options, query)
      plans.set(query, plan)
    }
    return plan
  }

  function classify(error: unknown, signal?: StopSignal): DBALError {
    const mapped = isDBALError(error) ? error : driver.classify(error)
    // Drivers throw the signal's reason as it is, and map it where they map all they throw.
    const isReason = signal?.aborted === true && [error, mapped.cause].includes(signal.reason)
    return (isReason ? abortError(signal) : undefined) ?? mapped
  }

  async function checkOnce(): Promise<void> {
    await checkModelRecord(model, dialect, driver)
    checked = true
  }

  async function execute(
    session: TransactionSession,
    query: Query,
    params: Params,
    { signal, principal }: RunOptions,
  ): Promise<QueryResult> {
    const saves = needsSavepoint(dialect, query)
    const before = session.mark?.()
    try {
      const plan = planOf(query)
      if (session.identify !== undefined)
        await session.identify(plan.locks === true ? undefined : principal)
      if (saves) await session.run(SAVE, [])
      const result = plan.run({ session, params, signal })
      const answer = result instanceof Promise ? await result : result
      if (saves) await session.run(RELEASE, [])
      return answer
    } catch (error) {
      const failure = classify(error, signal)
      const goesBack = saves && isFaultOfRow(failure)
      // Where the way back is closed the transaction is over, and the error stands as it is.
      const isBack = goesBack && (await isReached(() => session.run(BACK, [])))
      // Rows of a bulk insert have a savepoint of their own, to which it went back.
      const isUsable =
        dialect.survivesErrors || isBack || (dialect.savepoints && isBulkInsert(query, params))
      // Whatever the caller may see of it.
      const isAsked = isUsable && (await isReached(() => session.identify?.(undefined)))
      const ask = { model, dialect, session: isAsked ? session : before }
      throw await refineError(ask, query, params, failure)
    }
  }

  // Not an async function: an engine in the process has its answer when this returns.
  function run(query: Query, params: Params, runOptions?: RunOptions): Promise<QueryResult> {
    const signal = runOptions?.signal
    const fail = async (error: unknown): Promise<never> => {
      const ask = { model, dialect, session: driver }
      throw await refineError(ask, query, params, classify(error, signal))
    }
    const stopped = abortError(signal)
    if (stopped !== undefined) return Promise.reject(stopped)
    try {
      if (!checked) return checkOnce().then(() => run(query, params, runOptions), fail)
      const result = runPlan(query, params, runOptions)
      return result instanceof Promise ? result.catch(fail) : Promise.resolve(result)
    } catch (error) {
      return fail(error)
    }
  }

  function runPlan(
    query: Query,
    params: Params,
    runOptions: RunOptions | undefined,
  ): MaybePromise<QueryResult> {
    const signal = runOptions?.signal
    const plan = planOf(query)
    const surrounding = plan.surrounding(params)
    const isKnown = driver.identifies === true && plan.locks !== true
    const principal = isKnown ? runOptions?.principal : undefined
    const isAlone = principal !== undefined && plan.pointKeys === undefined
    if (surrounding === 'transaction' || isAlone) {
      const own = { signal, principal }
      const whole = () => transaction((store) => store.run(query, params, own), own)
      return plan.isolated === undefined || driver.runIsolated === undefined
        ? whole()
        : runIsolated(driver.runIsolated, plan.isolated(params), signal, whole)
    }
    if (plan.pointKeys !== undefined) return reads.run(sessions.of(principal), plan, params, signal)
    if (surrounding === 'snapshot' && driver.snapshot !== undefined)
      return driver.snapshot(async (session) => plan.run({ session, params, signal }), { signal })
    return plan.run({ session: driver, params, signal })
  }

  async function runIsolated(
    run: Required<SqlDriver>['runIsolated'],
    step: Step,
    signal: StopSignal | undefined,
    otherwise: () => Promise<QueryResult>,
  ): Promise<QueryResult> {
    tracing.trace?.through('plan')
    try {
      const count = await run(step, signal)
      tracing.trace?.through('driver')
      return { rows: [], count }
    } catch (error) {
      const { code } = classify(error, signal)
      if (code !== 'SERIALIZATION_CONFLICT' && code !== 'CONFLICT') throw error
    }
    return otherwise()
  }

  async function transaction<T>(
    work: (store: Store) => Promise<T>,
    txOptions: TransactionOptions = {},
  ): Promise<T> {
    const { signal, isolation } = txOptions
    throwIfAborted(signal)
    if (isolation !== undefined && !capabilities.isolation.has(isolation))
      throw unsupported('transactions', `isolation ${isolation} is not available`)
    let session: SqlTransaction
    tracing.trace?.through('plan')
    try {
      if (!checked) await checkOnce()
      session = await driver.begin(txOptions)
      tracing.trace?.through('driver')
    } catch (error) {
      throw classify(error, signal)
    }
    return runTransaction(session, work, signal)
  }

  async function runTransaction<T>(
    session: SqlTransaction,
    work: (store: Store) => Promise<T>,
    signal: StopSignal | undefined,
  ): Promise<T> {
    const { savepoints } = dialect
    const store = createTransactionStore({
      session,
      savepoints,
      cancels: capabilities.features.has('statement_cancel'),
      depth: 0,
      signal,
      execute,
      classify,
    })
    let result: T
    try {
      result = await untilAborted(work(store), signal)
      throwIfAborted(signal)
    } catch (error) {
      await store.end()
      await session.rollback()
      throw error
    }
    const poison = await store.end()
    tracing.trace?.through('plan')
    try {
      if (poison === undefined) await session.commit()
      else await session.rollback()
      tracing.trace?.through('driver')
    } catch (error) {
      throw classify(error)
    }
    if (poison !== undefined) throw aborted(poison)
    return result
  }

  const schema: SchemaPort = {
    dialect: dialect.name,
    async apply(statements) {
      checked = false
      try {
        await applyStatements(driver, dialect, statements)
      } catch (error) {
        throw classify(error)
      }
    },
    async query(statement) {
      try {
        return await driver.records(statement)
      } catch (error) {
        throw classify(error)
      }
    },
  }

  return {
    name,
    capabilities: {
      ...capabilities,
      // What fails in a transaction of the application, which it joined, would end it: such a driver is not remote.
      storesOtherwise: dialect.changesInWith && driver.remote === true,
    },
    schema,
    run,
    transaction,
    explain: (query) => explainQuery(model, dialect, query),
    async checkModel() {
      try {
        await checkOnce()
      } catch (error) {
        throw classify(error)
      }
    },
    ...(driver.pool === undefined ? {} : { pool: driver.pool }),
    close: async () => {
      // A driver that closes refuses what has not begun.
      reads.flush()
      await driver.close()
    },
  }
}

async function isReached(step: () => unknown): Promise<boolean> {
  try {
    await step()
    return true
  } catch {
    return false
  }
}

async function applyStatements(
  driver: SqlDriver,
  dialect: SqlDialect,
  statements: readonly string[],
): Promise<void> {
  if (!dialect.transactionalDdl) {
    for (const text of statements) await driver.run({ text }, [])
    return
  }
  const session = await (driver.beginSchemaChange?.() ?? driver.begin({}))
  try {
    for (const text of statements) await session.run({ text }, [])
  } catch (error) {
    await session.rollback()
    throw error
  }
  await session.commit()
}
