import type { Writable } from 'node:stream'
import type { Payload } from '../protocol/encoding.ts'

/** The part of a WebSocket that is used. */
export interface PlatformSocket {
  binaryType: string
  readonly bufferedAmount: number
  send(payload: Payload): void
  close(code?: number, reason?: string): void
  terminate?(): void
  pause?(): void
  resume?(): void
  addEventListener(type: string, listener: (event: never) => void): void
  /** Of ws: what it writes to. */
  stream?: Writable
}
