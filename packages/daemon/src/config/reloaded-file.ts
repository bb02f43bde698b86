// A file that may be replaced while the daemon runs (keys are rotated). Whether it was is asked at each use.
import { stat } from 'node:fs/promises'
import { readNamedFile } from './read-named-file.ts'

export interface ReloadedFile<T> {
  /** What the file says; what it said before where it cannot be read any more. */
  read(): Promise<T>
}

/** Rejects with ConfigError where the file is not right at the start; later `onFault` hears of it. */
export async function openReloadedFile<T>(
  path: string,
  name: string,
  parse: (text: string) => T | Promise<T>,
  onFault: () => void,
): Promise<ReloadedFile<T>> {
  const load = async (): Promise<T> => parse(await readNamedFile(path, name))
  let seen = await stampOf(path)
  let current = await load()
  let loading: Promise<void> | undefined
  const reload = async (stamp: string): Promise<void> => {
    try {
      current = await load()
    } catch {
      onFault()
    }
    seen = stamp
  }
  return {
    read: async () => {
      const stamp = await stampOf(path)
      // Those who ask meanwhile wait for the same reading: a withdrawn key is not accepted once more.
      if (stamp !== seen) loading ??= reload(stamp).finally(() => (loading = undefined))
      await loading
      return current
    },
  }
}

/** Replaced by a rename or written over: one of these differs. */
async function stampOf(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => undefined)
  return found === undefined ? '' : `${found.ino} ${found.size} ${found.mtimeNs}`
}
