// The feeds of an open client, by who asks what. A feed whose last subscriber has left is kept for a while,
// for those who come back.
import { DBALError, unsupported, type RunningOptions } from '@proj/dbal-contract'
import type { Asker } from '../backend/backend.ts'
import { mergeOptions } from '../operation/call-options.ts'
import { resolveEntity, resolveOperation } from '../operation/resolve-operation.ts'
import type { Runtime } from '../runtime.ts'
import type { ChangeEvent } from './change-event.ts'
import { ChangeReader } from './change-reader.ts'
import { FeedSource } from './feed-source.ts'
import { Feed, type FeedMember } from './feed.ts'
import type { Notices } from './notices.ts'
import { principalText } from './principal-text.ts'
import { readSubscribeInput } from './read-subscribe-input.ts'

/** What a subscription reads from. */
export interface ChangeSource {
  /** Undefined when there is nothing more to tell at present. */
  next(): ChangeEvent | undefined
  refresh(): void
  leave(): void
}

/** What `subscribe` was given. */
export interface Wanted {
  readonly entity: unknown
  readonly input: unknown
  readonly options: RunningOptions
}

const KEPT_MS = 60_000
const KEPT_FEEDS = 1_000

export class Feeds {
  readonly #notices: Notices
  readonly #feeds = new Map<string, Feed>()
  /** Those without a subscriber, the oldest first. */
  readonly #idle = new Map<string, NodeJS.Timeout>()
  #listens = false
  #closed = false

  constructor(notices: Notices) {
    this.#notices = notices
  }

  /** Rejects as the caller's `list` does. */
  async attach(
    runtime: Runtime,
    { principal, defaults }: Asker,
    { entity: name, input: given, options }: Wanted,
    member: FeedMember,
  ): Promise<ChangeSource> {
    const { model, policy } = runtime
    const access = policy.access(principal)
    const entity = resolveEntity(model, name, access)
    const operation = resolveOperation(entity, 'list', access)
    if (operation.builtIn !== 'list')
      throw unsupported('changes', `${entity.name}.list is run by a handler`)
    const input = readSubscribeInput(model, entity, operation, given)
    this.#demandOpen()
    const key = JSON.stringify([entity.name, principalText(principal), input.text])
    const known = this.#feeds.get(key)
    const feed =
      known === undefined || known.isOver
        ? new Feed(new FeedSource(runtime, principal, entity, input.list))
        : known
    this.#keep(key, feed)
    // Before the first run: what is written while it runs makes it run again.
    feed.join(member)
    const leave = (): void => this.#leave(key, feed, member)
    try {
      await feed.attend(mergeOptions(defaults, options))
    } catch (error) {
      leave()
      throw error
    }
    const reader = new ChangeReader(feed.log, feed.incarnation, input.lastEventId)
    return { next: () => reader.next(), refresh: () => feed.notice(undefined), leave }
  }

  close(): void {
    this.#closed = true
    for (const timer of this.#idle.values()) clearTimeout(timer)
    for (const feed of this.#feeds.values()) feed.end()
    this.#feeds.clear()
  }

  #keep(key: string, feed: Feed): void {
    if (!this.#listens) {
      this.#listens = true
      this.#notices.listen((entities) => {
        for (const each of this.#feeds.values()) each.notice(entities)
      })
    }
    clearTimeout(this.#idle.get(key))
    this.#idle.delete(key)
    this.#feeds.set(key, feed)
  }

  #leave(key: string, feed: Feed, member: FeedMember): void {
    feed.leave(member)
    if (feed.size > 0 || this.#feeds.get(key) !== feed || this.#idle.has(key)) return
    if (!feed.isKnown || feed.isOver) return this.#drop(key)
    const timer = setTimeout(() => this.#drop(key), KEPT_MS)
    timer.unref()
    this.#idle.set(key, timer)
    for (const oldest of this.#idle.keys()) {
      if (this.#idle.size <= KEPT_FEEDS) break
      this.#drop(oldest)
    }
  }

  #drop(key: string): void {
    clearTimeout(this.#idle.get(key))
    this.#idle.delete(key)
    this.#feeds.delete(key)
  }

  #demandOpen(): void {
    if (!this.#closed) return
    const details = { reason: 'the client is closed' }
    throw new DBALError('UNAVAILABLE', { details })
  }
}
