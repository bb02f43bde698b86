// One subscriber's way through a feed's log. It holds no rows, so a slow one costs no memory.
import type { ChangeEvent } from './change-event.ts'
import type { ChangeLog } from './change-log.ts'

export class ChangeReader {
  readonly #log: ChangeLog
  readonly #incarnation: string
  /** What was last told; undefined: a snapshot is due. */
  #seq: number | undefined
  #gap: boolean
  /** Rows whose entries were passed over because a later one follows, and whether he held them before. */
  readonly #owed = new Map<string, boolean>()

  /** @param after the event that he had last, where he comes back */
  constructor(log: ChangeLog, incarnation: string, after: string | undefined) {
    this.#log = log
    this.#incarnation = incarnation
    this.#seq = this.#place(after)
    this.#gap = after !== undefined && this.#seq === undefined
  }

  /** Undefined when there is nothing more to tell. */
  next(): ChangeEvent | undefined {
    const log = this.#log
    if (this.#seq !== undefined && !log.covers(this.#seq)) {
      this.#seq = undefined
      this.#gap = true
      this.#owed.clear()
    }
    if (this.#seq === undefined) return this.#afresh()
    let seq = this.#seq
    while (seq < log.seq) {
      seq += 1
      this.#seq = seq
      const { identity, key, type } = log.entry(seq)
      const held = this.#owed.get(identity) ?? type !== 'entered'
      if (log.isSuperseded(seq)) {
        this.#owed.set(identity, held)
        continue
      }
      this.#owed.delete(identity)
      const eventId = this.#id(seq)
      const row = log.row(identity)
      if (row !== undefined) return { type: held ? 'changed' : 'entered', eventId, row }
      if (held) return { type: 'left_view', eventId, key: { ...key } }
    }
    return undefined
  }

  #afresh(): ChangeEvent {
    const eventId = this.#id(this.#log.seq)
    if (this.#gap) {
      this.#gap = false
      return { type: 'gap', eventId }
    }
    this.#seq = this.#log.seq
    return { type: 'snapshot', eventId, rows: this.#log.rows() }
  }

  #place(after: string | undefined): number | undefined {
    const [incarnation, number = '', more] = after?.split('-') ?? []
    if (incarnation !== this.#incarnation || more !== undefined) return undefined
    const seq = Number(number)
    return /^\d{1,15}$/.test(number) && this.#log.covers(seq) ? seq : undefined
  }

  #id(seq: number): string {
    return `${this.#incarnation}-${seq}`
  }
}
