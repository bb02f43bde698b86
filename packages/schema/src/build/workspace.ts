import type { DraftEntity } from './draft.ts'

export interface Workspace {
  /** Every entity, duplicates and nameless ones included. */
  readonly drafts: readonly DraftEntity[]
  /** The first of each name, sorted by name. */
  readonly entities: ReadonlyMap<string, DraftEntity>
  /** Named by documents that could not be read: references to them are no faults. */
  readonly unread: ReadonlySet<string>
}
