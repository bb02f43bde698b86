// A connection as both halves see it: a socket, or the other half in the same process.
import type { Encoding, Payload } from './protocol/encoding.ts'

export interface WireEvents {
  readonly message: (payload: Payload) => void
  /** Once, whoever closed. */
  readonly close: (code: number, reason: string) => void
  /** What waited to be sent has gone. */
  readonly drain: () => void
}

export interface Wire {
  readonly encoding: Encoding
  /** Called once, before anything can arrive. */
  listen(events: WireEvents): void
  send(payload: Payload): void
  /** Bytes that wait to be sent. */
  readonly buffered: number
  /** Stops reading; what has arrived already may still come. */
  pause(): void
  resume(): void
  /** Asks whether the other end is there, where the wire itself can tell. */
  probe?(answered: () => void): void
  close(code: number, reason: string): void
  /** Without a closing frame. */
  terminate(): void
}
