// The answer of a feed as it is, and which rows came to it, changed in it or left it, one after another.
// A reader has a place in the log and is told of each row once, as the row is by then: what has left the
// view meanwhile is shown to nobody, however late he reads.
import type { ResultRow, Row } from '@proj/dbal-contract'
import { decodeRow, encodeRow } from '@proj/dbal-contract'
import { identityOf } from '@proj/dbal-policy'
import type { Entity, JsonValue, Model } from '@proj/dbal-schema'

/** Beyond it a reader gets a gap and a snapshot. */
const LOG_LENGTH = 1_000

type Key = Readonly<Record<string, unknown>>

interface Held {
  readonly key: Key
  /** In wire form, so that rows are compared by value and nobody shares one with another. */
  readonly text: string
}

export interface Entry {
  readonly identity: string
  readonly key: Key
  readonly type: 'entered' | 'changed' | 'left_view'
}

export class ChangeLog {
  readonly #model: Model
  readonly #entity: Entity
  #rows: ReadonlyMap<string, Held> = new Map()
  readonly #entries = new Map<number, Entry>()
  /** Of each row the number of its last entry. */
  readonly #last = new Map<string, number>()
  #seq = 0

  constructor(model: Model, entity: Entity) {
    this.#model = model
    this.#entity = entity
  }

  /** Number of the last entry. */
  get seq(): number {
    return this.#seq
  }

  /** Whether everything after this number is still known. */
  covers(seq: number): boolean {
    return seq <= this.#seq && seq >= this.#seq - this.#entries.size
  }

  /** The next answer. Rows that left come first, so that there are never more than the limit. */
  advance(answer: readonly ResultRow[]): void {
    const rows = new Map(answer.map((row) => this.#hold(row)))
    for (const [identity, { key }] of this.#rows)
      if (!rows.has(identity)) this.#append({ identity, key, type: 'left_view' })
    for (const [identity, { key, text }] of rows) {
      const before = this.#rows.get(identity)
      if (before === undefined) this.#append({ identity, key, type: 'entered' })
      else if (before.text !== text) this.#append({ identity, key, type: 'changed' })
    }
    this.#rows = rows
  }

  entry(seq: number): Entry {
    return this.#entries.get(seq) as Entry
  }

  /** A later entry is about the same row. */
  isSuperseded(seq: number): boolean {
    return this.#last.get(this.entry(seq).identity) !== seq
  }

  /** Undefined where it is not in the answer. */
  row(identity: string): ResultRow | undefined {
    const held = this.#rows.get(identity)
    return held === undefined ? undefined : this.#decode(held)
  }

  rows(): ResultRow[] {
    return [...this.#rows.values()].map((held) => this.#decode(held))
  }

  #hold(row: ResultRow): [identity: string, held: Held] {
    const { name, primaryKey } = this.#entity
    const key = Object.fromEntries(primaryKey.map((field) => [field, row[field]]))
    const text = JSON.stringify(encodeRow(this.#model, name, row))
    return [identityOf(this.#entity, row as Row), { key, text }]
  }

  #decode({ text }: Held): ResultRow {
    return decodeRow(this.#model, this.#entity.name, JSON.parse(text) as JsonValue)
  }

  #append(entry: Entry): void {
    this.#seq += 1
    this.#entries.set(this.#seq, entry)
    this.#last.set(entry.identity, this.#seq)
    if (this.#entries.size <= LOG_LENGTH) return
    const oldest = this.#seq - LOG_LENGTH
    const dropped = this.entry(oldest)
    this.#entries.delete(oldest)
    if (this.#last.get(dropped.identity) === oldest) this.#last.delete(dropped.identity)
  }
}
