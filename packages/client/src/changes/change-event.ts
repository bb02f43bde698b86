// What a subscriber is told, and what may be asked for (docs/spec/subscriptions.md).
import type { ResultRow } from '@proj/dbal-contract'

export type ChangeEvent<Row = ResultRow, Key = Readonly<Record<string, unknown>>> =
  | { readonly type: 'snapshot'; readonly eventId: string; readonly rows: Row[] }
  | { readonly type: 'entered' | 'changed'; readonly eventId: string; readonly row: Row }
  | {
      readonly type: 'left_view'
      readonly eventId: string
      /** The fields of the primary key. */
      readonly key: Key
    }
  /** Changes may have been missed; the event after it is a snapshot. */
  | { readonly type: 'gap'; readonly eventId: string }

/** Ends with `return()`, with the signal, and with the client. */
export interface Subscription<Event = ChangeEvent> extends AsyncIterableIterator<
  Event,
  undefined,
  undefined
> {
  return(): Promise<IteratorResult<Event, undefined>>
  /** Looks again, whoever wrote: where what the caller may see has changed. */
  refresh(): void
}
