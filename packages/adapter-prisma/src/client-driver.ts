// The application's own PrismaClient: its pool, its transactions, its logging. Only the raw methods are used, so no
// generated code is imported.
import type { TransactionOptions, StopSignal } from '@proj/dbal-contract'
import {
  createPool,
  type Cells,
  type SqlDriver,
  type SqlSession,
  type SqlStatement,
} from '@proj/dbal-sql'
import type { Classify } from './classify-error.ts'
import type { Provider } from './provider.ts'
import { createTransaction, type OpenTransaction } from './transaction.ts'

/** What DBAL needs of a PrismaClient, or of the `tx` of an interactive transaction. */
export interface PrismaClientLike {
  $queryRawUnsafe(query: string, ...values: unknown[]): PromiseLike<unknown>
  $executeRawUnsafe(query: string, ...values: unknown[]): PromiseLike<number>
}

/** The whole client; the `tx` of an interactive transaction has no `$connect`. */
interface RootClient extends PrismaClientLike {
  $connect(): unknown
  $transaction(
    work: (tx: PrismaClientLike) => Promise<void>,
    options: InteractiveOptions,
  ): Promise<void>
}

interface InteractiveOptions {
  readonly maxWait: number
  readonly timeout: number
  readonly isolationLevel?: string
}

export interface ClientOptions {
  readonly client: PrismaClientLike
  readonly classify: Classify
  readonly provider: Provider
}

/** DBAL's deadlines apply; Prisma's own would cut a transaction at five seconds. */
const NO_DEADLINE_MS = 2 ** 31 - 1

const ISOLATION = {
  read_committed: 'ReadCommitted',
  repeatable_read: 'RepeatableRead',
  serializable: 'Serializable',
} as const

/** Closing the driver leaves the client open: it is the application's. */
export function createClientDriver({ client, classify, provider }: ClientOptions): SqlDriver {
  const root = isRootClient(client) ? client : undefined
  // SQLite has one connection, and so has a transaction.
  const size = provider === 'sqlite' || root === undefined ? 1 : Number.POSITIVE_INFINITY
  const turns = createPool({ size, open: () => client, close: () => undefined })
  const session = sessionOn(client)
  let joined = 0

  const single = async <T>(
    statement: SqlStatement,
    signal: StopSignal | undefined,
    work: () => T | Promise<T>,
  ): Promise<T> => {
    try {
      return await turns.use(work, signal)
    } catch (error) {
      throw classify(error, statement)
    }
  }

  return {
    remote: provider !== 'sqlite' && root !== undefined,
    all: (statement, binds, signal) =>
      single(statement, signal, () => session.all(statement, binds, signal)),
    run: (statement, binds, signal) =>
      single(statement, signal, () => session.run(statement, binds, signal)),
    begin: async (options) => {
      const lease = await turns.acquire(options.signal)
      try {
        const open =
          root === undefined
            ? await openSavepoint(client, `dbal_joined_${(joined += 1)}`)
            : await openInteractive(root, provider, options)
        return createTransaction({ ...open, release: () => lease.release() }, classify)
      } catch (error) {
        lease.release()
        throw classify(error)
      }
    },
    records: (text) =>
      turns.use(async () => (await client.$queryRawUnsafe(text)) as Record<string, unknown>[]),
    classify: (error) => classify(error),
    close: () => turns.close(),
  }
}

export function isRootClient(client: PrismaClientLike): client is RootClient {
  return '$connect' in client && typeof client.$connect === 'function'
}

function sessionOn(client: PrismaClientLike): SqlSession {
  // Prisma cannot stop a statement: a signal is looked at before it.
  return {
    all: async (statement, binds, signal) => {
      signal?.throwIfAborted()
      const rows = (await client.$queryRawUnsafe(statement.text, ...binds)) as object[]
      return rows.map(readCells)
    },
    run: async (statement, binds, signal) => {
      signal?.throwIfAborted()
      return client.$executeRawUnsafe(statement.text, ...binds)
    },
  }
}

/** Prisma answers objects in column order, with a class of its own for decimals. */
function readCells(row: object): Cells {
  return Object.values(row).map((cell: unknown) => (isDecimal(cell) ? cell.toFixed() : cell))
}

function isDecimal(cell: unknown): cell is { toFixed(): string } {
  return typeof cell === 'object' && cell !== null && 'toFixed' in cell && 'toDecimalPlaces' in cell
}

type Unreleased = Omit<OpenTransaction, 'release'>

/** Prisma's callback form turned inside out: the transaction stays open until it is ended from outside. */
async function openInteractive(
  client: RootClient,
  provider: Provider,
  { isolation, signal }: TransactionOptions,
): Promise<Unreleased> {
  const level = isolation === undefined || provider === 'sqlite' ? undefined : ISOLATION[isolation]
  const options = { maxWait: NO_DEADLINE_MS, timeout: NO_DEADLINE_MS }
  let end: (isUndo: boolean) => void = () => undefined
  let whole: Promise<void> | undefined
  const tx = await new Promise<PrismaClientLike>((started, refused) => {
    const giveUp = (): void => refused(signal?.reason)
    signal?.addEventListener('abort', giveUp, { once: true })
    const hold = (opened: PrismaClientLike): Promise<void> =>
      new Promise((commit, undo) => {
        signal?.removeEventListener('abort', giveUp)
        end = (isUndo) => (isUndo ? undo(new Error('rolled back')) : commit())
        if (signal?.aborted === true) {
          // Opened after its caller went away.
          giveUp()
          end(true)
        } else started(opened)
      })
    whole = client.$transaction(
      hold,
      level === undefined ? options : { ...options, isolationLevel: level },
    )
    whole.catch((error: unknown) => {
      signal?.removeEventListener('abort', giveUp)
      refused(error)
    })
  })
  return {
    ...sessionOn(tx),
    commit: async () => {
      end(false)
      await whole
    },
    rollback: async () => {
      end(true)
      await whole?.catch(() => undefined)
    },
  }
}

/** Inside the application's transaction ours is a savepoint. */
async function openSavepoint(client: PrismaClientLike, name: string): Promise<Unreleased> {
  await client.$executeRawUnsafe(`SAVEPOINT ${name}`)
  return {
    ...sessionOn(client),
    commit: async () => {
      await client.$executeRawUnsafe(`RELEASE SAVEPOINT ${name}`)
    },
    rollback: async () => {
      await client.$executeRawUnsafe(`ROLLBACK TO SAVEPOINT ${name}`)
      await client.$executeRawUnsafe(`RELEASE SAVEPOINT ${name}`)
    },
  }
}
