// What both sides say first. Keys that one side does not know are a later version's, and are ignored.
import type { JsonValue } from '@proj/dbal-schema'
import type { EntityShape } from './schema-shape.ts'

/** Versions of the protocol that this code speaks, the lowest and the highest. */
export const VERSIONS = { min: 1, max: 1 } as const

/** Messages in one; a pack is to be short enough that nobody waits for its end. */
export const PACK = 128

export interface Hello {
  /** Absent: anonymous. */
  readonly token?: string
  readonly versions: { readonly min: number; readonly max: number }
  readonly clientVersion?: string
  /** Messages that the client takes in one. */
  readonly pack?: number
  /** The hash of the client's Model. Absent: it has none, and asks for one. */
  readonly schemaHash?: string
  /** The client's entities, sent where the server said that the hashes differ. */
  readonly entities?: Readonly<Record<string, EntityShape>>
}

export interface Welcome {
  /** Absent where nothing stays connected. */
  readonly session?: string
  readonly version: number
  readonly serverVersion: string
  readonly schemaHash: string
  /** Whether the Model is the client's own, or one that has all that the client knows. */
  readonly schema: 'exact' | 'compatible'
  /** What of the Model this caller may know, where it has none. */
  readonly model?: JsonValue
  /** Epoch milliseconds of the login's end. */
  readonly expiresAt?: number
  /** The same from here on, whatever the clock of the client says. */
  readonly expiresInMs?: number
  readonly heartbeatMs?: number
  /** Milliseconds that a request has which says nothing of it. */
  readonly timeoutMs?: number
  /** Messages that the server takes in one; where the client takes some. */
  readonly pack?: number
  readonly capabilities: {
    readonly features: readonly string[]
    readonly isolation: readonly string[]
    readonly singleConnection: boolean
  }
  readonly limits: { readonly inFlight: number; readonly messageBytes: number }
}

export const METHODS = {
  HELLO: 'dbal.hello',
  PING: 'dbal.ping',
  CANCEL: 'dbal.cancel',
  BEGIN: 'dbal.begin',
  COMMIT: 'dbal.commit',
  ROLLBACK: 'dbal.rollback',
  /** Whether the transaction with a key was committed. */
  OUTCOME: 'dbal.outcome',
  BATCH: 'dbal.batch',
  STREAM: 'dbal.stream',
  SUBSCRIBE: 'dbal.subscribe',
  /** A notification: the client takes so many items more. */
  CREDIT: 'dbal.credit',
  /** A notification: one item of a stream or subscription. */
  ITEM: 'dbal.item',
  /** A notification: the server is about to close. */
  GOAWAY: 'dbal.goaway',
  /** A notification: the login has ended, and is to be renewed within the time. */
  EXPIRED: 'dbal.expired',
} as const
