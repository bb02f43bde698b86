// One level of a transaction. Calls on it take turns, and while a savepoint is open those on the level
// above wait, so that no call joins a level that it was not made on.
import {
  DBALError,
  abortError,
  createGate,
  throwIfAborted,
  transactionEnded,
  underEither,
  unsupported,
  untilAborted,
  type Params,
  type Query,
  type QueryResult,
  type RunOptions,
  type Store,
  type StopSignal,
} from '@proj/dbal-contract'
import type { TransactionSession } from '../driver/driver.ts'

export interface Level {
  readonly session: TransactionSession
  readonly savepoints: boolean
  /** The engine can stop a statement that runs. */
  readonly cancels: boolean
  /** 0 is the transaction itself. */
  readonly depth: number
  /** Ends the level, and with it those inside. */
  readonly signal: StopSignal | undefined
  execute(
    session: TransactionSession,
    query: Query,
    params: Params,
    options: RunOptions,
  ): Promise<QueryResult>
  classify(error: unknown, signal?: StopSignal): DBALError
}

export interface TransactionStore extends Store {
  /** Waits for what runs, refuses what comes later, and answers the error that poisoned it. */
  end(): Promise<DBALError | undefined>
}

export function createTransactionStore(level: Level): TransactionStore {
  const gate = createGate()
  let poison: DBALError | undefined
  let ended = false

  function check(signal: StopSignal | undefined): void {
    if (ended) throw transactionEnded()
    if (poison !== undefined) throw aborted(poison)
    throwIfAborted(signal)
  }

  function fail(error: unknown, signal?: StopSignal): DBALError {
    const failure = level.classify(error, signal)
    poison ??= failure
    return failure
  }

  async function guarded<T>(work: () => Promise<T>, signal: StopSignal | undefined): Promise<T> {
    check(signal)
    const turn = gate.run(async () => {
      check(signal)
      // Before the turn passes on: the next in line may be the commit.
      return work().catch((error: unknown) => {
        throw fail(error, signal)
      })
    }, signal)
    // A call that gave up while it waited has failed too.
    return turn.catch((error: unknown) => {
      throw fail(error, signal)
    })
  }

  return {
    run(query, params, options) {
      // A statement is stopped with its transaction, which would else wait for it to end. To watch two
      // signals costs more than a statement in process, so it is not done in vain.
      const own = options?.signal
      return underEither(level.cancels ? level.signal : own, own, (signal) =>
        guarded(() => level.execute(level.session, query, params, { ...options, signal }), signal),
      )
    },

    async transaction(work, options) {
      check(options?.signal)
      if (!level.savepoints) throw unsupported('nested_transactions')
      return gate.run(async () => {
        check(options?.signal)
        const outcome = await runSavepoint(level, work, options).catch((error: unknown) => {
          throw fail(error)
        })
        if (outcome.ok) return outcome.value
        throw outcome.error
      }, options?.signal)
    },

    async end() {
      await gate.run(() => {
        ended = true
      })
      return poison
    },
  }
}

/** The error of a commit that could not be one. */
export function aborted(cause: DBALError): DBALError {
  return cause.code === 'TX_LOST' ? cause : new DBALError('TX_ABORTED', { cause })
}

type Outcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown }

/** What fails inside is undone and answered; what rejects has broken the level above. */
function runSavepoint<T>(
  level: Level,
  work: (store: Store) => Promise<T>,
  options: RunOptions | undefined,
): Promise<Outcome<T>> {
  return underEither(level.signal, options?.signal, (signal) =>
    runLevel({ ...level, depth: level.depth + 1, signal }, work),
  )
}

async function runLevel<T>(level: Level, work: (store: Store) => Promise<T>): Promise<Outcome<T>> {
  const { session, signal, depth } = level
  const name = `dbal_${depth}`
  await session.run({ text: `SAVEPOINT ${name}` }, [])
  const store = createTransactionStore(level)
  let outcome: Outcome<T>
  try {
    outcome = { ok: true, value: await untilAborted(work(store), signal) }
  } catch (error) {
    outcome = { ok: false, error }
  }
  const poison = await store.end()
  if (outcome.ok) {
    const error = poison === undefined ? abortError(signal) : aborted(poison)
    if (error !== undefined) outcome = { ok: false, error }
  }
  if (!outcome.ok) await session.run({ text: `ROLLBACK TO SAVEPOINT ${name}` }, [])
  await session.run({ text: `RELEASE SAVEPOINT ${name}` }, [])
  return outcome
}
