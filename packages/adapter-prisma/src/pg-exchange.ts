// Statements that go to PostgreSQL in one write and are answered before the next may go: a query of pg's by its
// interface for such (as pg-cursor is one), that knows what the connection has prepared. Columns are described once for
// a statement and connection: where they would become others, the server refuses the statement.
import type { Answer, Bind, Binds } from '@proj/dbal-sql'

/** The part of pg's connection in use. */
export interface PgWire {
  readonly stream: { cork?(): void; uncork?(): void }
  parse(message: { readonly text: string; readonly name: string }): void
  bind(message: {
    readonly portal: string
    readonly statement: string
    readonly values: Binds
    readonly valueMapper: (value: Bind) => string | Buffer | null
  }): void
  describe(message: { readonly type: 'P'; readonly name: string }): void
  execute(message: { readonly portal: string; readonly rows: number }): void
  close(message: { readonly type: 'S'; readonly name: string }): void
  sendCopyFail(reason: string): void
  sync(): void
}

type Parse = (text: string) => unknown

/** The parsers of its columns by a statement's name; undefined of one that the server may have or not. */
export type Described = Map<string, readonly Parse[] | undefined>

export interface NamedStep {
  readonly text: string
  /** Empty where the server is not to keep it. */
  readonly name: string
  readonly binds: Binds
}

/** What was answered, and what failed after that. */
export type Done = (answers: readonly Answer[], error?: Error) => void

/** Object ids of types that are not left as text (catalog/pg_type.dat of PostgreSQL). */
const PARSERS: ReadonlyMap<number, Parse> = new Map<number, Parse>([
  [16, (text) => text === 't'],
  [17, (text) => Buffer.from(text.slice(2), 'hex')],
  [21, Number],
  [23, Number],
  [700, Number],
  [701, Number],
])
const asText: Parse = (text) => text
const NO_COLUMNS: readonly Parse[] = []

export const parserOf = (oid: number): Parse => PARSERS.get(oid) ?? asText

export class Exchange {
  /** What pg calls as well, and puts its own around where a url has a `query_timeout`. */
  callback: (error: Error | undefined) => void
  readonly #steps: readonly NamedStep[]
  readonly #described: Described
  readonly #answers: Answer[] = []
  #rows: unknown[][] = []
  #columns: readonly Parse[] | undefined

  constructor(steps: readonly NamedStep[], described: Described, done: Done) {
    this.#steps = steps
    this.#described = described
    this.callback = (error) => done(this.#answers, error)
  }

  submit(wire: PgWire): null {
    wire.stream.cork?.()
    try {
      for (const step of this.#steps) this.#send(wire, step)
    } catch (error) {
      this.handleError(error as Error)
    } finally {
      // After a value that cannot be sent, too: the server answers to nothing less.
      wire.sync()
      wire.stream.uncork?.()
    }
    return null
  }

  #send(wire: PgWire, { text, name, binds }: NamedStep): void {
    const described = this.#described
    const isKnown = name !== '' && described.get(name) !== undefined
    if (!isKnown) {
      // One that failed may have been prepared before it did.
      if (described.has(name)) wire.close({ type: 'S', name })
      if (name !== '') described.set(name, undefined)
      wire.parse({ text, name })
    }
    wire.bind({ portal: '', statement: name, values: binds, valueMapper: toWire })
    if (!isKnown) wire.describe({ type: 'P', name: '' })
    wire.execute({ portal: '', rows: 0 })
  }

  handleRowDescription({ fields }: { readonly fields: readonly { dataTypeID: number }[] }): void {
    this.#columns = fields.map(({ dataTypeID }) => parserOf(dataTypeID))
    this.#keep(this.#columns)
  }

  handleDataRow({ fields }: { readonly fields: unknown[] }): void {
    const columns = (this.#columns ??= this.#described.get(this.#name) ?? NO_COLUMNS)
    // pg makes a list of texts for each row, which is nobody else's.
    for (let at = 0; at < fields.length; at += 1) {
      const cell = fields[at]
      if (cell !== null) fields[at] = (columns[at] ?? asText)(cell as string)
    }
    this.#rows.push(fields)
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    // A statement without columns says so by a message that pg does not pass on.
    if (this.#columns === undefined) this.#keep(NO_COLUMNS)
    const count = Number(text.slice(text.lastIndexOf(' ') + 1))
    this.#answers.push({ rows: this.#rows, count: Number.isNaN(count) ? 0 : count })
    this.#rows = []
    this.#columns = undefined
  }

  /** Of a text without a statement. */
  handleEmptyQuery(): void {
    this.#answers.push({ rows: [], count: 0 })
  }

  /** No step asks for a part of its rows, or copies: a text that does is refused, and nothing waits. */
  handlePortalSuspended(): void {}

  handleCopyInResponse(wire: PgWire): void {
    wire.sendCopyFail('rows are not copied')
  }

  handleCopyData(): void {}

  handleReadyForQuery(): void {
    this.callback(undefined)
  }

  handleError(error: Error): void {
    this.callback(error)
  }

  get #name(): string {
    return this.#steps[this.#answers.length]?.name ?? ''
  }

  #keep(columns: readonly Parse[]): void {
    const name = this.#name
    if (name !== '' && this.#described.get(name) === undefined) this.#described.set(name, columns)
  }
}

function toWire(value: Bind): string | Buffer | null {
  if (typeof value === 'string' || value === null) return value
  if (!(value instanceof Uint8Array)) return String(value)
  return Buffer.isBuffer(value)
    ? value
    : Buffer.from(value.buffer, value.byteOffset, value.byteLength)
}
