// One DuckDB instance a file in this process, however many adapters open it: DuckDB itself would open a file twice and
// damage it. Writers take turns, because the foreign keys that DBAL checks itself need each to see the one before it.
import { DBALError } from '@proj/dbal-contract'
import { createPool, type Pool } from '@proj/dbal-sql'
import { realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { openConnection, type Connection } from './connection.ts'
import type { Duck } from './duck.ts'

export interface DatabaseSettings {
  readonly readOnly?: boolean | undefined
  /** Worker threads of the engine; by default one a core. */
  readonly threads?: number | undefined
  /** `2GB`; by default 80 % of the machine's. */
  readonly memoryLimit?: string | undefined
  /** Lets SQL read and write other files and load extensions. Off by default. */
  readonly externalAccess?: boolean | undefined
}

export interface Database {
  readonly readers: Pool<Connection>
  /** One connection: transactions and single writes hold it in turn, reads go on beside them. */
  readonly writer: Pool<Connection>
  close(): Promise<void>
}

interface Shared {
  readonly settings: string
  readonly opening: Promise<Database>
  users: number
  /** Settles when the file may be opened again. */
  closing?: Promise<void>
}

/** Reads that run at once: the threads that Node has for them. */
const READERS = 4

const open = new Map<string, Shared>()

/** Opens a file, or a database of its own in memory. Throws what DuckDB throws, and DATABASE_ERROR. */
export async function openDatabase(
  duck: Duck,
  path: string | undefined,
  settings: DatabaseSettings,
): Promise<Database> {
  if (path === undefined) return connect(duck, undefined, settings)
  const file = realFile(path)
  const text = JSON.stringify(config(file, settings))
  let shared = open.get(file)
  while (shared?.closing !== undefined) {
    await shared.closing
    shared = open.get(file)
  }
  if (shared === undefined) {
    shared = { settings: text, opening: connect(duck, file, settings), users: 0 }
    open.set(file, shared)
  } else if (shared.settings !== text) {
    throw new DBALError('DATABASE_ERROR', {
      details: { reason: 'the file is already open in this process with other settings' },
    })
  }
  shared.users += 1
  return share(file, shared)
}

async function share(file: string, shared: Shared): Promise<Database> {
  let held = true
  const leave = async (): Promise<void> => {
    if (!held) return
    held = false
    shared.users -= 1
    if (shared.users > 0) return
    const closing = shared.opening
      .then((database) => database.close())
      .finally(() => open.delete(file))
    shared.closing = closing.catch(() => undefined)
    await closing
  }
  try {
    return { ...(await shared.opening), close: leave }
  } catch (error) {
    await leave().catch(() => undefined)
    throw error
  }
}

async function connect(
  duck: Duck,
  file: string | undefined,
  settings: DatabaseSettings,
): Promise<Database> {
  // The cache is the driver's own guard against a second instance on one file.
  const instance =
    file === undefined
      ? await duck.DuckDBInstance.create(':memory:', config(undefined, settings))
      : await duck.DuckDBInstance.fromCache(file, config(file, settings))
  const connections = {
    open: () => openConnection(instance),
    close: (connection: Connection) => connection.close(),
  }
  const readers = createPool({ size: READERS, ...connections })
  const writer = createPool({ size: 1, ...connections })
  return {
    readers,
    writer,
    close: async () => {
      await Promise.all([readers.close(), writer.close()])
      instance.closeSync()
    },
  }
}

function config(file: string | undefined, settings: DatabaseSettings): Record<string, string> {
  const external = settings.externalAccess === true ? 'true' : 'false'
  return {
    // Beside a file the engine makes its own. It has to be set before access is closed.
    ...(file === undefined ? { temp_directory: join(tmpdir(), `dbal-duckdb-${process.pid}`) } : {}),
    autoinstall_known_extensions: external,
    autoload_known_extensions: external,
    enable_external_access: external,
    // 1.5.5 takes two correlated subqueries over the same join for one, whatever columns they answer.
    disabled_optimizers: 'common_subplan',
    ...(settings.readOnly === true ? { access_mode: 'READ_ONLY' } : {}),
    ...(settings.threads === undefined ? {} : { threads: String(settings.threads) }),
    ...(settings.memoryLimit === undefined ? {} : { memory_limit: settings.memoryLimit }),
  }
}

/** Two spellings of one file are one file, also before it exists. */
function realFile(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    try {
      return join(realpathSync(dirname(path)), basename(path))
    } catch {
      return path
    }
  }
}
