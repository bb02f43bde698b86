// Whether the logins of open connections still hold: asked again now and then, and when somebody tells that they
// may have changed. Who logged in with one token is asked for once.
import type { BridgeHost, Login } from './bridge-host.ts'
import type { Session } from './session.ts'

/** Tokens that are asked for at once. */
const AT_ONCE = 16
/** So many times as long as a round took nothing is asked: a busy table of accounts takes a tenth of the time. */
const REST = 9

export class LoginWatch {
  readonly #host: BridgeHost
  readonly #sessions: Iterable<Session>
  readonly #timer: NodeJS.Timeout
  readonly #unwatch: (() => void) | undefined
  #isRunning = false
  #isWanted = false
  #isClosed = false

  constructor(host: BridgeHost, sessions: Iterable<Session>, everyMs: number) {
    this.#host = host
    this.#sessions = sessions
    this.#timer = setInterval(() => this.ask(), everyMs)
    this.#timer.unref()
    this.#unwatch = host.watchLogins?.(() => this.ask())
  }

  /** At once, or when the round that runs is over. */
  ask(): void {
    if (this.#isClosed) return
    this.#isWanted = true
    if (!this.#isRunning) void this.#run()
  }

  close(): void {
    this.#isClosed = true
    clearInterval(this.#timer)
    this.#unwatch?.()
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    while (this.#isWanted && !this.#isClosed) {
      this.#isWanted = false
      const started = performance.now()
      await this.#askAll()
      await rest(REST * (performance.now() - started))
    }
    this.#isRunning = false
  }

  async #askAll(): Promise<void> {
    const byToken = new Map<string, Session[]>()
    for (const session of this.#sessions) {
      const { token } = session
      if (token === undefined) continue
      const others = byToken.get(token)
      if (others === undefined) byToken.set(token, [session])
      else others.push(session)
    }
    const waiting = byToken.entries()
    const work = async (): Promise<void> => {
      for (const [token, sessions] of waiting) {
        const asked = this.#login(token)
        await Promise.all(sessions.map((session) => session.verify(token, asked)))
      }
    }
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, byToken.size) }, work))
  }

  #login(token: string): Promise<Login> {
    const host = this.#host
    return host.loginAgain === undefined ? host.login(token) : host.loginAgain(token)
  }
}

async function rest(ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, ms).unref()
  })
}
