// Where entries go: the table of the log, a file, the memory, or the application's own function.
import type { FileHandle } from 'node:fs/promises'
import { DBALError, type Adapter, type Store, type StopSignal } from '@proj/dbal-contract'
import type { AuditEntry } from './audit-entry.ts'
import { AuditMemory } from './audit-memory.ts'
import { INSERT_ENTRY, rowsOf } from './entry-row.ts'

export type AuditCallback = (entry: AuditEntry) => void | Promise<void>

/** `file` is appended to, one JSON object a line. */
export type AuditSinkConfig = 'database' | { readonly file: string } | AuditMemory | AuditCallback

export interface AuditSink {
  /** Entries of a change are written by the change's own transaction, and are gone with it. */
  readonly transactional: boolean
  /** Entries may come after their change, for they cannot fail to be kept. */
  readonly follows: boolean
  /** Rejects unless all of them are kept. `store`: the transaction they belong to. */
  write(entries: readonly AuditEntry[], store?: Store, signal?: StopSignal): Promise<void>
  close(): Promise<void>
}

export async function openSink(config: AuditSinkConfig, adapter: Adapter): Promise<AuditSink> {
  if (config === 'database') return databaseSink(adapter)
  if (config instanceof AuditMemory) return memorySink(config)
  return typeof config === 'function' ? callbackSink(config) : fileSink(config.file)
}

function databaseSink(adapter: Adapter): AuditSink {
  return {
    transactional: true,
    follows: false,
    write: async (entries, store = adapter, signal) => {
      if (entries.length > 0) await store.run(INSERT_ENTRY, rowsOf(entries), { signal })
    },
    close: () => Promise.resolve(),
  }
}

function memorySink(memory: AuditMemory): AuditSink {
  return {
    transactional: false,
    follows: true,
    write: (entries) => {
      memory.add(entries)
      return Promise.resolve()
    },
    close: () => Promise.resolve(),
  }
}

function callbackSink(callback: AuditCallback): AuditSink {
  return {
    transactional: false,
    follows: false,
    write: async (entries) => {
      for (const entry of entries) await callback(entry)
    },
    close: () => Promise.resolve(),
  }
}

async function fileSink(path: string): Promise<AuditSink> {
  const { open, stat } = await import('node:fs/promises')
  const openFile = (): Promise<FileHandle> => open(path, 'a', 0o600)
  let file = await openFile().catch((cause: unknown) => {
    const reason = 'the file of the audit log cannot be opened'
    throw new DBALError('UNAVAILABLE', { details: { reason }, cause })
  })
  // A log that was moved away to be kept is begun anew, not written to where nobody looks.
  const follow = async (): Promise<void> => {
    const named = await stat(path).catch(() => undefined)
    const { ino, dev } = await file.stat()
    if (named?.ino === ino && named.dev === dev) return
    const next = await openFile()
    await file.close()
    file = next
  }
  // One write after the other, so that no line is torn.
  let last: Promise<unknown> = Promise.resolve()
  const append = (text: string): Promise<void> => {
    const write = last.then(follow).then(() => file.appendFile(text))
    last = write.catch(() => undefined)
    return write
  }
  return {
    transactional: false,
    follows: false,
    write: (entries) => append(entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')),
    close: async () => {
      await last
      await file.sync()
      await file.close()
    },
  }
}
