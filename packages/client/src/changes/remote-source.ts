// Events of a daemon as what a subscription reads from. No more are fetched than are taken.
import { isDBALError } from '@proj/dbal-contract'
import type { ChangeEvent } from './change-event.ts'
import type { FeedMember } from './feed.ts'
import type { ChangeSource } from './feeds.ts'

/** Waits for the first event; rejects as the daemon does. */
export async function openRemoteSource(
  events: AsyncGenerator<unknown>,
  member: FeedMember,
): Promise<ChangeSource> {
  let event = await take(events)
  let isOver = event === undefined
  const fetch = async (): Promise<void> => {
    try {
      event = await take(events)
      if (event === undefined) end(undefined)
      else member.wake()
    } catch (error) {
      end(error)
    }
  }
  const end = (error: unknown): void => {
    if (isOver) return
    isOver = true
    // What the subscriber ended by leaving is no error.
    member.end(isDBALError(error) && error.code === 'CANCELLED' ? undefined : error)
  }
  if (isOver) queueMicrotask(() => member.end())
  return {
    next: () => {
      const next = event
      event = undefined
      if (next !== undefined) void fetch()
      return next
    },
    // The daemon looks again when a login is renewed.
    refresh: () => {},
    leave: () => {
      isOver = true
      void events.return(undefined).catch(() => {})
    },
  }
}

async function take(events: AsyncGenerator<unknown>): Promise<ChangeEvent | undefined> {
  const { value, done } = (await events.next()) as IteratorResult<ChangeEvent, undefined>
  return done === true ? undefined : value
}
