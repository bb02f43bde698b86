// A statement on a server's connection that is stopped in the server when its signal is aborted.
import type { StopSignal } from '@proj/dbal-contract'
import type { Connection } from './connection.ts'
import { isConnectionLost } from './connection-error.ts'
import { readFault } from './fault.ts'
import type { ServerSession } from './pooled-session.ts'

/** Milliseconds that a cancelled statement has to end before it is left behind. */
const GRACE_MS = 2000

/** SQLSTATE query_canceled; MariaDB's ER_QUERY_INTERRUPTED. */
const STOPPED: ReadonlySet<string> = new Set(['57014', '1317'])

/**
 * Runs `work` and throws the signal's reason when that stopped it. Once the signal is aborted the connection must be
 * discarded after use: a late cancellation could hit the next statement on it.
 */
export async function cancellable<T>(
  session: ServerSession,
  signal: StopSignal | undefined,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  if (signal === undefined) return work(session.connection)
  signal.throwIfAborted()
  return new Promise<T>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined
    let asked: Promise<unknown> | undefined
    let settle = (): void => reject(signal.reason)
    const finish = (): void => {
      signal.removeEventListener('abort', stop)
      clearTimeout(timer)
      settle()
    }
    const stop = (): void => {
      timer = setTimeout(finish, GRACE_MS)
      asked = session.cancel().catch(() => undefined)
    }
    /** Not before the cancellation was asked for, or it could come later. */
    const end = (how: () => void): void => {
      settle = how
      if (asked === undefined) finish()
      else void asked.then(finish)
    }
    signal.addEventListener('abort', stop, { once: true })
    work(session.connection).then(
      (value) => end(() => resolve(value)),
      (error: unknown) => {
        const stopped = STOPPED.has(readFault(error).code) || isConnectionLost(error)
        end(() => reject(signal.aborted && stopped ? signal.reason : error))
      },
    )
  })
}

/** Rejects when the work takes longer than a cancelled statement may: it waits behind one that does not end. */
export async function withinGrace<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the connection does not answer')), GRACE_MS)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
