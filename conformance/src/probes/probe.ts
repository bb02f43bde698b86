// What shows a feature that no call of a client can show alone: a program on the store itself.
import type { CallOptions, ScopedClient } from '@proj/dbal'
import type { Adapter, Model } from '@proj/dbal-contract'

export interface Probed {
  readonly adapter: Adapter
  readonly model: Model
  /** The system principal, in process or over a bridge. */
  readonly system: ScopedClient
}

/**
 * Resolves where the engine has the feature and it holds, and where it lacks it and does what the sentence says of that.
 * Rejects with CAPABILITY_NOT_SUPPORTED where what is lacking is refused, and otherwise with what was seen. Rows are those of the workspace
 * `probed`, which it leaves with the tables that it found.
 */
export type Probe = (probed: Probed) => Promise<void>

export interface Paper {
  readonly id: string
  readonly text?: string | null
  readonly note?: string | null
}

/** What probes call of a client. */
interface Papers {
  create(row: Paper): Promise<Paper>
  createMany(rows: readonly Paper[]): Promise<number>
  read(id: string, shape?: object, options?: CallOptions): Promise<Paper>
  list(query: object): Promise<{ readonly data: readonly Paper[] }>
  count(filter: object): Promise<number>
  update(id: string, changes: Partial<Paper>, options?: CallOptions): Promise<Paper>
  updateMany(filter: object, changes: Partial<Paper>, options?: CallOptions): Promise<number>
}

export function papersOf(scope: ScopedClient): Papers {
  return scope['papers'] as Papers
}

class ProbeFailed extends Error {}

/** Throws with what was seen instead. */
export function demand(holds: boolean, otherwise: string): void {
  if (!holds) throw new ProbeFailed(otherwise)
}

/** Longer than any of it takes; a promise that hangs is told of by the signal's error. */
export const PATIENCE_MS = 10_000
