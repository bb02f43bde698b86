// One principal's live answer to one query: when to run it again, and who is to hear of it. At most one run
// is under way, and at most one waits however much is written meanwhile.
import { randomBytes } from 'node:crypto'
import { CallSignal, DBALError, isDBALError, type RunningOptions } from '@proj/dbal-contract'
import type { Entity } from '@proj/dbal-schema'
import { ChangeLog } from './change-log.ts'
import type { FeedSource } from './feed-source.ts'

export interface FeedMember {
  /** There may be something more to read. */
  wake(): void
  /** It is over, by an error or without one. */
  end(error?: unknown): void
}

/** The longest that a change stays unseen which no notice told of: another program's, or a rule's by the clock. */
const LONGEST_REST_MS = 60_000
const SHORTEST_REST_MS = 20
const FIRST_RETRY_MS = 500

/** What will not pass by itself ends all subscriptions of the feed. */
const FINAL: ReadonlySet<string> = new Set([
  'UNAUTHORIZED',
  'FORBIDDEN',
  'VALIDATION_ERROR',
  'CAPABILITY_NOT_SUPPORTED',
])

export class Feed {
  readonly log: ChangeLog
  /** No other feed has it, in this process or another. */
  readonly incarnation = randomBytes(12).toString('hex')
  readonly #source: FeedSource
  readonly #members = new Set<FeedMember>()
  readonly #stop = new CallSignal()
  #read: ReadonlySet<string> | undefined
  #last: Promise<unknown> = Promise.resolve()
  #waits = false
  #failures = 0
  #alarm: NodeJS.Timeout | undefined

  constructor(source: FeedSource) {
    this.#source = source
    this.log = new ChangeLog(source.model, source.entity)
  }

  get entity(): Entity {
    return this.#source.entity
  }

  get size(): number {
    return this.#members.size
  }

  get isOver(): boolean {
    return this.#stop.aborted
  }

  /** It has answered at least once. */
  get isKnown(): boolean {
    return this.#read !== undefined
  }

  /** Hears of every change from here on. Whoever joins has to `attend` before he reads. */
  join(member: FeedMember): void {
    this.#members.add(member)
  }

  leave(member: FeedMember): void {
    this.#members.delete(member)
    if (this.#members.size === 0) clearTimeout(this.#alarm)
  }

  /** Runs it for a subscriber who asks for the first time; rejects as his own `list` does. */
  attend(options: RunningOptions): Promise<void> {
    return this.#inTurn(() => this.#look(options))
  }

  /** @param entities that may have changed; undefined: any */
  notice(entities: ReadonlySet<string> | undefined): void {
    if (this.#waits || this.#members.size === 0) return
    const read = this.#read
    const concerned =
      entities === undefined || read === undefined || [...entities].some((name) => read.has(name))
    if (!concerned) return
    this.#waits = true
    void this.#inTurn(() => this.#lookAgain())
  }

  end(error?: unknown): void {
    clearTimeout(this.#alarm)
    this.#stop.abort(new DBALError('CANCELLED'))
    for (const member of this.#members) member.end(error)
    this.#members.clear()
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => undefined)
    return turn
  }

  async #look(options?: RunningOptions): Promise<void> {
    const { rows, read } = await this.#source.list(this.#stop, options)
    this.log.advance(rows)
    this.#read = read
    this.#failures = 0
    for (const member of this.#members) member.wake()
    await this.#rest(read)
  }

  async #lookAgain(): Promise<void> {
    this.#waits = false
    if (this.#members.size === 0) return
    try {
      await this.#look()
    } catch (error) {
      if (isDBALError(error) && FINAL.has(error.code)) return this.end(error)
      this.#failures += 1
      this.#wakeIn(FIRST_RETRY_MS * 2 ** Math.min(this.#failures, 10))
    }
  }

  async #rest(read: ReadonlySet<string>): Promise<void> {
    const expiries = await Promise.all(
      [...read].map((name) => this.#source.expiresIn(name).catch(() => undefined)),
    )
    this.#wakeIn(Math.min(...expiries.map((each) => each ?? LONGEST_REST_MS)))
  }

  #wakeIn(ms: number): void {
    clearTimeout(this.#alarm)
    if (this.#members.size === 0) return
    const rest = Math.min(Math.max(ms, SHORTEST_REST_MS), LONGEST_REST_MS)
    this.#alarm = setTimeout(() => this.notice(undefined), rest)
    this.#alarm.unref()
  }
}
