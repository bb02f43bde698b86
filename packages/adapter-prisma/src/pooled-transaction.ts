// A transaction on a connection that is held for it. Where a connection sends several statements in one go, BEGIN
// travels with the first of the transaction and costs no round trip of its own.
import type { StopSignal } from '@proj/dbal-contract'
import type { Answer, Binds, Lease, SqlStatement, Step } from '@proj/dbal-sql'
import { cancellable, withinGrace } from './cancellable.ts'
import { isPlanned, readAll, together, writeAll, type Work } from './connection.ts'
import { isStale } from './connection-error.ts'
import type { ServerSession } from './pooled-session.ts'
import type { OpenTransaction } from './transaction.ts'

export interface Beginning {
  /** Nothing that lasts beyond the transaction. */
  readonly steps: readonly Step[]
  /** Runs `work` with the connection, and with others where that turns out to be stale. */
  again<T>(
    held: Lease<ServerSession>,
    signal: StopSignal | undefined,
    work: (lease: Lease<ServerSession>) => Promise<T>,
  ): Promise<T>
  /** The error of a transaction that could not be begun, in which nothing was done. */
  unopened(error: unknown): Error
}

/** Rejects with what the driver says, and has closed the connection then. */
export async function openTransaction(
  first: Lease<ServerSession>,
  beginning: Beginning,
): Promise<OpenTransaction> {
  const { steps, again, unopened } = beginning
  let lease = first
  let isBegun = false
  /** The server would not begin it: what everything in it is told. */
  let refused: Error | undefined

  /** For as long as nothing was answered nothing is lost, and a connection that is stale can be another one. */
  const onAny = <T>(
    signal: StopSignal | undefined,
    work: (session: ServerSession) => Promise<T>,
  ): Promise<T> =>
    again(lease, signal, (held) => {
      lease = held
      return work(held.resource)
    })

  const begin = async ({ connection }: ServerSession): Promise<void> => {
    for (const { statement, binds } of steps)
      if (isPlanned(statement, binds)) await connection.all(statement, binds)
      else await connection.command(statement.text)
    isBegun = true
  }

  const refuse = (error: unknown): Error => {
    isBegun = false
    // A step before the one that failed may have begun it.
    lease.discard()
    return (refused = unopened(error))
  }

  const beginWith = async (
    first: readonly Step[],
    signal: StopSignal | undefined,
  ): Promise<readonly Answer[]> => {
    let answered = 0
    // Also where it fails or is stopped: it may have been begun by then.
    isBegun = true
    try {
      const all = [...steps, ...first]
      return await onAny(signal, (session) =>
        cancellable(session, signal, async (on) => {
          const { answers, error } = await together(on, all)
          if (error === undefined) return answers.slice(steps.length)
          // What a lost connection has answered is lost with it.
          answered = isStale(error) ? 0 : answers.length
          throw error
        }),
      )
    } catch (error) {
      if (answered >= steps.length) throw error
      // Nothing else may run where it would not be part of the transaction.
      const told = refuse(error)
      throw signal?.aborted === true ? error : told
    }
  }

  const sendAll = async (
    all: readonly Step[],
    signal: StopSignal | undefined,
  ): Promise<readonly Answer[]> => {
    if (refused !== undefined) throw refused
    if (!isBegun) return beginWith(all, signal)
    return cancellable(lease.resource, signal, async (on) => {
      const { answers, error } = await together(on, all)
      if (error !== undefined) throw error
      return answers
    })
  }

  const send = async <T>(
    { of, pick }: Work<T>,
    statement: SqlStatement,
    binds: Binds,
    signal: StopSignal | undefined,
  ): Promise<T> => {
    if (refused !== undefined) throw refused
    if (!isBegun && isPlanned(statement, binds)) {
      const [answer] = await beginWith([{ statement, binds }], signal)
      return pick(answer as Answer)
    }
    if (!isBegun)
      await onAny(signal, begin).catch((error: unknown) => {
        throw refuse(error)
      })
    return cancellable(lease.resource, signal, (on) => of(on, statement, binds))
  }

  const end = async (text: string): Promise<void> => {
    if (isBegun) await lease.resource.connection.command(text)
  }

  if (first.resource.connection.together === undefined) {
    try {
      await begin(first.resource)
    } catch (error) {
      first.discard()
      throw error
    }
  }
  return {
    all: (statement, binds, signal) => send(readAll, statement, binds, signal),
    run: (statement, binds, signal) => send(writeAll, statement, binds, signal),
    commit: () => end('COMMIT'),
    rollback: () => withinGrace(end('ROLLBACK')),
    release: (broken) => (broken ? lease.discard() : lease.release()),
    ...(first.resource.connection.together === undefined ? {} : { together: sendAll }),
  }
}
