// A subscriber as applications write them: its rows are a snapshot and the events after it.
import { isDeepStrictEqual } from 'node:util'
import type { ChangeEvent, ScopedClient, Subscription } from '@proj/dbal'

type Row = Readonly<Record<string, unknown>>

export class Follower {
  readonly rows = new Map<unknown, Row>()
  readonly events: ChangeEvent[] = []
  lastEventId: string | undefined
  /** What events may not do: leave without having come, come twice. */
  readonly faults: string[] = []
  subscription: Subscription
  readonly #open: (lastEventId: string | undefined) => Subscription
  #reading: Promise<void> = Promise.resolve()
  #heard: () => void = () => undefined

  constructor(client: ScopedClient, accessor: string, query: object = {}) {
    this.#open = (lastEventId) =>
      client.subscribe(accessor, {
        ...query,
        ...(lastEventId === undefined ? {} : { lastEventId }),
      })
    this.subscription = this.#open(undefined)
    this.#reading = this.#read(this.subscription)
  }

  /** Until what it holds satisfies the predicate. */
  async until(holds: (follower: Follower) => boolean): Promise<void> {
    while (!holds(this))
      await new Promise<void>((resolve) => {
        this.#heard = resolve
      })
  }

  /** Until it holds exactly these rows. */
  async untilRows(rows: () => Promise<readonly Row[]>): Promise<void> {
    const wanted = await rows()
    await this.until(() => isDeepStrictEqual(plain(this.rows.values()), plain(wanted)))
  }

  async leave(): Promise<void> {
    await this.subscription.return()
    await this.#reading
  }

  /** Leaves, and comes back where it was. */
  async resume(lastEventId = this.lastEventId): Promise<void> {
    await this.leave()
    this.subscription = this.#open(lastEventId)
    this.#reading = this.#read(this.subscription)
  }

  async #read(subscription: Subscription): Promise<void> {
    for await (const event of subscription) {
      this.events.push(event)
      this.lastEventId = event.eventId
      this.#apply(event)
      this.#heard()
    }
  }

  #apply(event: ChangeEvent): void {
    switch (event.type) {
      case 'gap':
        return
      case 'snapshot':
        this.rows.clear()
        for (const row of event.rows) this.rows.set(row['id'], row)
        return
      case 'left_view':
        if (!this.rows.delete(event.key['id'])) this.faults.push('left without having come')
        return
      default:
        if (this.rows.has(event.row['id']) !== (event.type === 'changed'))
          this.faults.push(`${event.type} at the wrong time`)
        this.rows.set(event.row['id'], event.row)
    }
  }
}

/** Rows in one order, with one prototype. */
function plain(rows: Iterable<Row>): readonly Row[] {
  return [...rows]
    .map((row) => structuredClone({ ...row }))
    .sort((a, b) => (String(a['id']) < String(b['id']) ? -1 : 1))
}
