// `--watch`: tells when the YAML of a workspace changed. Each folder has a watcher of its own, because
// recursive ones miss folders on some systems; the files' sizes and times settle what really changed.
import { watch, type FSWatcher } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

export interface WatchOptions {
  /** Ends the watching. */
  readonly signal: AbortSignal
  /** Milliseconds of quiet before a change is told; default 50. */
  readonly debounceMs?: number | undefined
  /** Called once when changes are seen from here on. */
  readonly onReady?: (() => void) | undefined
}

const DEBOUNCE_MS = 50

/**
 * Calls `onChange` after each change, never twice at a time; changes meanwhile make one more call.
 * Resolves when the signal aborts; rejects when the folder cannot be read at the start, or with what
 * `onChange` threw.
 */
export async function watchWorkspace(
  folder: string,
  onChange: () => void | Promise<void>,
  { signal, debounceMs = DEBOUNCE_MS, onReady }: WatchOptions,
): Promise<void> {
  const watchers = new Map<string, FSWatcher>()
  let wake: () => void = () => undefined
  let pending = false
  const notice = (): void => {
    pending = true
    wake()
  }
  signal.addEventListener('abort', notice, { once: true })
  try {
    await readdir(folder)
    let known = await scan(folder, watchers, notice)
    onReady?.()
    while (!signal.aborted) {
      if (!pending) await new Promise<void>((resolve) => (wake = resolve))
      pending = false
      await quiet(debounceMs, signal)
      if (signal.aborted) return
      const found = await scan(folder, watchers, notice)
      if (found === known) continue
      known = found
      await onChange()
    }
  } finally {
    signal.removeEventListener('abort', notice)
    for (const watcher of watchers.values()) watcher.close()
  }
}

/** Watches every folder below, lets go of those that are gone, and answers what the YAML looks like. */
async function scan(
  folder: string,
  watchers: Map<string, FSWatcher>,
  notice: () => void,
): Promise<string> {
  const folders = new Set<string>()
  const files: string[] = []
  await visit(folder)
  for (const [path, watcher] of watchers) {
    if (folders.has(path)) continue
    watcher.close()
    watchers.delete(path)
  }
  return files.sort().join('\n')

  async function visit(path: string): Promise<void> {
    // Watched before it is read: what comes in between is noticed.
    if (!watchers.has(path)) follow(path, watchers, notice)
    folders.add(path)
    const entries = await readdir(path, { withFileTypes: true }).catch(() => [])
    await Promise.all(
      entries.map(async (entry) => {
        const at = join(path, entry.name)
        if (entry.isDirectory()) await visit(at)
        else if (/\.ya?ml$/i.test(entry.name)) files.push(await fingerprint(at))
      }),
    )
  }
}

function follow(path: string, watchers: Map<string, FSWatcher>, notice: () => void): void {
  try {
    const watcher = watch(path, notice)
    // The folder went away: the next scan lets go of it.
    watcher.on('error', notice)
    watchers.set(path, watcher)
  } catch {
    // It went away before it was watched, or the system has no watchers left.
  }
}

async function fingerprint(path: string): Promise<string> {
  try {
    const { mtimeNs, size, ino } = await stat(path, { bigint: true })
    return `${path} ${mtimeNs} ${size} ${ino}`
  } catch {
    return `${path} gone`
  }
}

/** Waits, but no longer than until the signal. */
function quiet(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
  })
}
