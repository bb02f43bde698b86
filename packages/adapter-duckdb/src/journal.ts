// What a transaction has written, so that it can be done again: DuckDB forgets a transaction as soon as one of its
// statements fails, and with it the rows that would tell what was wrong.
import type { StopSignal } from '@proj/dbal-contract'

/** Values kept of one transaction; one that writes more is not done again for the sake of an error. */
const MAX_VALUES = 100_000

export type Write = (signal: StopSignal | undefined) => unknown

export interface Journal {
  /** `size`: how many values the write holds. */
  note(size: number, write: Write): void
  /** Where it stands; undefined where it has given up. */
  mark(): number | undefined
  repeat(mark: number, signal: StopSignal | undefined): Promise<void>
}

export function createJournal(): Journal {
  let writes: Write[] | undefined = []
  let kept = 0
  return {
    note: (size, write) => {
      // A statement without values counts too.
      kept += size + 1
      if (kept > MAX_VALUES) writes = undefined
      writes?.push(write)
    },
    mark: () => writes?.length,
    repeat: async (mark, signal) => {
      for (const write of writes?.slice(0, mark) ?? []) await write(signal)
    },
  }
}
