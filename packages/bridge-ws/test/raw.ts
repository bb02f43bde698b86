// A client that says whatever it is told to, and hears everything.
import { loadEncoding, openLoopback, type Encoding, type Wire } from '../src/index.ts'
import type { BridgeServer } from '../src/server.ts'

export interface Heard {
  readonly id?: string | number | null
  readonly method?: string
  readonly params?: Readonly<Record<string, unknown>>
  readonly result?: unknown
  readonly error?: {
    readonly code: number
    readonly message: string
    readonly data?: { readonly code: string; readonly [key: string]: unknown }
  }
}

export class Raw {
  readonly #wire: Wire
  readonly #heard: (Heard | readonly Heard[])[] = []
  readonly closed: Promise<number>
  #wake: () => void = () => {}

  constructor(wire: Wire) {
    this.#wire = wire
    this.closed = new Promise((resolve) => {
      wire.listen({
        message: (payload) => {
          this.#heard.push(wire.encoding.decode(payload, 1_000) as Heard)
          this.#wake()
        },
        close: (code) => resolve(code),
        drain: () => {},
      })
    })
  }

  static async open(server: BridgeServer, encoding: Encoding['name'] = 'json'): Promise<Raw> {
    const [near, far] = openLoopback(await loadEncoding(encoding))
    server.accept(far)
    return new Raw(near)
  }

  /** Already logged in. */
  static async hello(
    server: BridgeServer,
    token?: string,
    more: { readonly pack?: unknown } = {},
  ): Promise<Raw> {
    const raw = await Raw.open(server)
    const params = { ...more, ...(token === undefined ? {} : { token }) }
    raw.say({ id: 'hello', method: 'dbal.hello', params })
    await raw.hear()
    return raw
  }

  get wire(): Wire {
    return this.#wire
  }

  /** What has arrived and was not asked for yet. */
  get unheard(): readonly unknown[] {
    return this.#heard
  }

  say(frame: object): void {
    this.#wire.send(this.#wire.encoding.encode({ jsonrpc: '2.0', ...frame }))
  }

  write(text: string): void {
    this.#wire.send(text)
  }

  /** The next frame, in the order of arrival. */
  async hear(): Promise<Heard> {
    for (;;) {
      const next = this.#heard.shift()
      if (next !== undefined) return next as Heard
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  async hearBatch(): Promise<readonly Heard[]> {
    return (await this.hear()) as unknown as readonly Heard[]
  }

  /** The answer to one request. */
  async ask(frame: {
    readonly id: string | number
    readonly [key: string]: unknown
  }): Promise<Heard> {
    this.say(frame)
    for (;;) {
      const heard = await this.hear()
      if (heard.id === frame.id) return heard
    }
  }
}
