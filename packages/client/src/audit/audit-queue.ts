// Hands entries over that no caller waits for: of denials and failures. What the sink does not take is
// kept and tried again; what cannot be kept is reported.
import { DBALError, isDBALError, untilAborted } from '@proj/dbal-contract'
import type { EventHub } from '../events.ts'
import type { AuditEntry } from './audit-entry.ts'
import type { AuditSink } from './audit-sink.ts'

const MAX_WAITING = 10_000
/** A denial is not held up longer by a sink that hangs. */
const PATIENCE_MS = 2000

export class AuditQueue {
  readonly #sink: AuditSink
  readonly #events: EventHub
  readonly #waiting: AuditEntry[] = []
  #lost = 0

  constructor(sink: AuditSink, events: EventHub) {
    this.#sink = sink
    this.#events = events
  }

  /** How many wait, and how many were lost. */
  get waiting(): number {
    return this.#waiting.length + this.#lost
  }

  /** Never rejects. */
  async deliver(entries: readonly AuditEntry[]): Promise<void> {
    if (entries.length === 0) return
    try {
      await this.#write(entries)
    } catch (cause) {
      this.keep(entries, cause)
    }
  }

  /** For later: where waiting for the sink could wait for the caller himself. */
  keep(entries: readonly AuditEntry[], cause?: unknown): void {
    const room = Math.max(0, MAX_WAITING - this.#waiting.length)
    this.#waiting.push(...entries.slice(0, room))
    const lost = Math.max(0, entries.length - room)
    this.#lost += lost
    if (cause !== undefined || lost > 0) this.#report(entries, lost, cause)
  }

  /** Tries what waits again, as far as the sink takes it. */
  async flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, 100)
      try {
        await this.#writeAgain(batch)
      } catch {
        return
      }
      this.#waiting.splice(0, batch.length)
    }
  }

  /** Some may have arrived although the answer did not: their ids are taken. */
  async #writeAgain(entries: readonly AuditEntry[]): Promise<void> {
    try {
      await this.#write(entries)
    } catch (error) {
      if (!isTaken(error)) throw error
      for (const entry of entries)
        await this.#write([entry]).catch((cause: unknown) => {
          if (!isTaken(cause)) throw cause
        })
    }
  }

  async #write(entries: readonly AuditEntry[]): Promise<void> {
    const signal = AbortSignal.timeout(PATIENCE_MS)
    // A connection that somebody holds is waited for without looking at the signal.
    await untilAborted(this.#sink.write(entries, undefined, signal), signal)
  }

  #report([first]: readonly AuditEntry[], lost: number, cause: unknown): void {
    const reason =
      lost > 0
        ? `the audit log cannot be written: ${lost} entries were lost`
        : 'the audit log cannot be written: it is tried again'
    const error = new DBALError('UNAVAILABLE', { details: { reason }, cause })
    const { entity = '', operation = '', requestId = '', durationMs = 0 } = first ?? {}
    if (this.#events.active)
      this.#events.emit({ entity, action: operation, requestId, durationMs, error })
    // Nobody listens, and it must not go unnoticed.
    if (!this.#events.hearsErrors) process.emitWarning(reason, { code: 'DBAL_AUDIT' })
  }
}

function isTaken(error: unknown): boolean {
  return isDBALError(error) && error.code === 'CONFLICT'
}
