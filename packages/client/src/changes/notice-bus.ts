// Notices between processes, over the store of `state.url`. None that was to be sent is forgotten while
// the store is away, and a listener that was away is told that anything may have changed.
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { isPlainObject } from '@proj/dbal-contract'
import { ANSWER_MS, stateKind } from '../state/state-store.ts'
import type { NoticeListener } from './notices.ts'
import { openPostgresLink } from './postgres-link.ts'
import { openRedisLink } from './redis-link.ts'

export interface NoticeLink {
  /** Rejects when it is not known to have been sent. */
  send(message: string): Promise<void>
  /** Stays connected until closed; `connected` each time that it has been connected. */
  receive(message: (text: string) => void, connected: () => void): void
  close(): Promise<void>
}

const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 5_000
/** PostgreSQL takes 8,000 bytes. */
const NAMES_A_MESSAGE = 50

export class NoticeBus {
  readonly #link: NoticeLink
  readonly #self = randomUUID()
  readonly #unsent = new Set<string>()
  readonly #closing = new AbortController()
  #sending: Promise<void> | undefined

  constructor(link: NoticeLink) {
    this.#link = link
  }

  listen(listener: NoticeListener): void {
    this.#link.receive(
      (text) => {
        const entities = this.#read(text)
        if (entities !== undefined) listener(entities)
      },
      () => listener(undefined),
    )
  }

  publish(entities: ReadonlySet<string>): void {
    for (const entity of entities) this.#unsent.add(entity)
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined
    })
  }

  async close(): Promise<void> {
    if (this.#sending !== undefined)
      await Promise.race([this.#sending, pause(ANSWER_MS, undefined, { ref: false })])
    this.#closing.abort()
    await this.#link.close()
  }

  async #send(): Promise<void> {
    let wait = FIRST_PAUSE_MS
    while (this.#unsent.size > 0 && !this.#closing.signal.aborted) {
      const entities = [...this.#unsent].slice(0, NAMES_A_MESSAGE)
      for (const entity of entities) this.#unsent.delete(entity)
      try {
        await this.#link.send(JSON.stringify({ from: this.#self, entities }))
        wait = FIRST_PAUSE_MS
      } catch {
        for (const entity of entities) this.#unsent.add(entity)
        await pause(wait, undefined, { ref: false, signal: this.#closing.signal }).catch(() => null)
        wait = Math.min(2 * wait, LONGEST_PAUSE_MS)
      }
    }
  }

  /** Undefined for what this process said itself, and for what is no notice. */
  #read(text: string): ReadonlySet<string> | undefined {
    try {
      const notice: unknown = JSON.parse(text)
      if (!isPlainObject(notice) || notice['from'] === this.#self) return undefined
      const { entities } = notice
      return Array.isArray(entities) ? new Set(entities.map(String)) : undefined
    } catch {
      return undefined
    }
  }
}

/** Undefined without a store that is shared. Connects when there is something to say or to hear. */
export async function openNoticeBus(url: string | undefined): Promise<NoticeBus | undefined> {
  const kind = stateKind(url)
  if (url === undefined || kind === undefined) return undefined
  return new NoticeBus(await (kind === 'redis' ? openRedisLink(url) : openPostgresLink(url)))
}
