// PostgreSQL and MySQL: statements on connections that are held while they run.
import { DBALError, isDBALError, type StopSignal } from '@proj/dbal-contract'
import {
  createPool,
  type Binds,
  type Lease,
  type SqlDriver,
  type SqlStatement,
  type Step,
} from '@proj/dbal-sql'
import { cancellable, withinGrace } from './cancellable.ts'
import type { Classify } from './classify-error.ts'
import { readAll, together, writeAll, type ConnectedServer, type Connection } from './connection.ts'
import { isConnectionLost, isStale, isUnsent } from './connection-error.ts'
import { readFault } from './fault.ts'
import { identifying, saysWho, type RowSecurity } from './row-security.ts'
import { openSession, type ServerSession } from './pooled-session.ts'
import { isolationLevel, type ServerWords } from './server-words.ts'
import { openTransaction } from './pooled-transaction.ts'
import { createTransaction } from './transaction.ts'

export interface PooledOptions {
  readonly server: ConnectedServer
  readonly classify: Classify
  readonly words: ServerWords
  readonly poolSize: number
  /** Whether a statement can be stopped in the server. */
  readonly cancels: boolean
  readonly rowSecurity?: RowSecurity | undefined
}

function giveBack(lease: Lease<ServerSession>, isBroken: boolean): void {
  if (isBroken) lease.discard()
  else lease.release()
}

type Send<T> = (
  on: Connection,
  statement: SqlStatement,
  binds: Binds,
  lease: Lease<ServerSession>,
) => Promise<T>

const sendIsolated =
  ([before, after]: Required<ServerWords>['isolated']): Send<number> =>
  async (on, statement, binds, lease) => {
    const steps = [before, { statement, binds }, after]
    const { answers, error } = await together(on, steps)
    const count = answers[1]?.count ?? 0
    if (error === undefined) return count
    // What fails once COMMIT was answered is the connection.
    if (answers.length === steps.length) {
      lease.discard()
      return count
    }
    // What failed has left the connection in its transaction.
    await withinGrace(on.command('ROLLBACK')).catch(() => lease.discard())
    if (readFault(error).code !== '' || isStale(error)) throw error
    // The driver gave up, and COMMIT was on its way.
    const details = { reason: 'the database did not answer in time' }
    throw new DBALError('DATABASE_ERROR', { details, outcome: 'unknown', cause: error })
  }

export function createPooledDriver(options: PooledOptions): SqlDriver {
  const { server, classify, words, poolSize, cancels, rowSecurity } = options
  const pool = createPool({
    size: poolSize,
    open: () => openSession(server, words, cancels),
    close: (session: ServerSession) => session.close(),
  })

  // What cannot be stopped in the server could be done after its caller was told that it was not.
  const isolated =
    cancels && server.sendsTogether === true && words.isolated !== undefined
      ? sendIsolated(words.isolated)
      : undefined
  let closed: Promise<void> | undefined

  /** After a restart of the server, every connection of the pool is stale. */
  const again = async <T>(
    held: Lease<ServerSession> | undefined,
    signal: StopSignal | undefined,
    work: (lease: Lease<ServerSession>) => Promise<T>,
  ): Promise<T> => {
    let lease = held
    for (let attempt = 0; ; attempt += 1) {
      try {
        lease ??= await pool.acquire(signal)
        return await work(lease)
      } catch (error) {
        if (isStale(error)) lease?.discard()
        if (attempt > poolSize || !isStale(error) || signal?.aborted === true) throw error
        lease = undefined
      }
    }
  }

  const single = async <T>(
    statement: SqlStatement,
    binds: Binds,
    signal: StopSignal | undefined,
    send: Send<T>,
    isWrite: boolean,
  ): Promise<T> => {
    for (let attempt = 0; ; attempt += 1) {
      let lease: Lease<ServerSession> | undefined
      try {
        lease = await pool.acquire(signal)
        const held = lease
        const answer = await cancellable(held.resource, signal, (on) =>
          send(on, statement, binds, held),
        )
        giveBack(lease, signal?.aborted === true)
        return answer
      } catch (error) {
        const isLost = isConnectionLost(error)
        if (lease !== undefined) giveBack(lease, signal?.aborted === true || isStale(error))
        // A read that was lost may be asked again; a write only when the server cannot have seen it.
        const mayRepeat = isUnsent(error) || ((!isWrite || lease === undefined) && isLost)
        if (mayRepeat && attempt <= poolSize) continue
        if (lease === undefined) throw unopened(error)
        throw isLost ? lost(error, isWrite) : classify(error, statement)
      }
    }
  }

  const begin: SqlDriver['begin'] = async ({ isolation, signal, principal }) => {
    const first = rowSecurity === undefined ? undefined : principal
    const steps = [
      ...words.begin(isolationLevel(isolation)),
      ...(first === undefined ? [] : [saysWho(first)]),
    ]
    try {
      const open = await again(undefined, signal, (lease) =>
        openTransaction(lease, { steps, again, unopened }),
      )
      const transaction = createTransaction(open, classify)
      return rowSecurity === undefined ? transaction : identifying(transaction, rowSecurity, first)
    } catch (error) {
      throw unopened(error)
    }
  }

  /** Of a connection that could not be had, on which nothing was done. */
  const unopened = (error: unknown): DBALError => {
    // The reason of a signal goes as it is.
    if (isDBALError(error)) return error
    const { code, details, cause, outcome = 'none' } = classify(error)
    return new DBALError(code, { details, cause, outcome })
  }

  return {
    remote: true,
    identifies: rowSecurity !== undefined,
    all: (statement, binds, signal) =>
      single(statement, binds, signal, readAll.of, statement.writes !== undefined),
    run: (statement, binds, signal) => single(statement, binds, signal, writeAll.of, true),
    begin,
    ...(isolated === undefined
      ? {}
      : {
          runIsolated: ({ statement, binds }: Step, signal?: StopSignal) =>
            single(statement, binds, signal, isolated, true),
        }),
    records: (text) => pool.use(({ connection }) => connection.records(text)),
    classify: (error) => classify(error),
    pool: () => pool.usage(),
    close: () => (closed ??= pool.close().then(() => server.dispose())),
  }
}

function lost(cause: unknown, isWrite: boolean): DBALError {
  return new DBALError('DATABASE_ERROR', {
    details: { reason: 'the connection to the database was lost' },
    outcome: isWrite ? 'unknown' : 'none',
    cause,
  })
}
