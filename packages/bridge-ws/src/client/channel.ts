// What requests go out on once hello was answered: a connection that stays, or HTTP, where none does.
import type { JsonValue } from '@proj/dbal-schema'
import type { FrameId } from '../protocol/frame.ts'
import type { Welcome } from '../protocol/handshake.ts'
import type { Carrier, PendingRequest } from './pending-request.ts'

export interface ChannelEvents {
  /** With requests that have no answer. The channel is over where it says that it is lost. */
  readonly lost: (pending: readonly PendingRequest[]) => void
  /** What is asked from here on belongs on another channel. */
  readonly goaway: () => void
  /** The login has ended: the server closes soon unless it is renewed. */
  readonly expired: () => void
}

export interface Channel extends Carrier {
  readonly isLost: boolean
  /** Items can be sent on it without being asked for one by one. */
  readonly streams: boolean
  /** Speaks as was agreed. */
  begin(welcome: Welcome): void
  /** Its id. Items go to `receive`, in the order in which they were sent. */
  send(request: PendingRequest, receive?: (item: JsonValue) => void): FrameId
  notify(method: string, params: Readonly<Record<string, JsonValue>>): void
  close(): void
}

/** Rejects with UNAVAILABLE when nobody answers. */
export type OpenChannel = (events: ChannelEvents) => Promise<Channel>
