// Files that may be replaced while the daemon runs (keys and certificates are rotated). Whether they were is
// asked at each use.
import { stat } from 'node:fs/promises'

export interface ReloadedFiles<T> {
  /** What the files say; what they said before where they are not right any more. */
  read(): Promise<T>
}

/** Rejects as `load` does where the files are not right at the start; later `onFault` hears of it. */
export async function openReloadedFiles<T>(
  paths: readonly string[],
  load: () => Promise<T>,
  onFault: () => void,
): Promise<ReloadedFiles<T>> {
  const look = async (): Promise<string> => (await Promise.all(paths.map(stampOf))).join()
  let seen = await look()
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
      const stamp = await look()
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
