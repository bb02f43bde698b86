/** Bounds of a server; all have a default, none can be switched off. */
export interface BridgeLimits {
  /** Milliseconds that a connection may take to say hello. */
  readonly helloTimeoutMs: number
  /** Milliseconds; a connection that is silent for three of them is closed. */
  readonly heartbeatMs: number
  /** Bytes of one message. */
  readonly messageBytes: number
  /** Levels of arrays and objects in one message. */
  readonly messageDepth: number
  /** Requests of one connection that run or wait; beyond it the server reads no further. */
  readonly inFlight: number
  /** Requests in one JSON-RPC batch, and operations in one atomic batch. */
  readonly batch: number
  /** Streams and subscriptions of one connection. */
  readonly streams: number
  /** Those of all connections: each holds what it showed last. */
  readonly allStreams: number
  /** Open transactions of one connection. */
  readonly transactions: number
  /** Milliseconds that an open transaction may wait for its next request. */
  readonly idleTransactionMs: number
  /** Operations of all connections that run at once. */
  readonly running: number
  /** Operations that wait for their turn; more are UNAVAILABLE. */
  readonly queued: number
  /** Bytes that wait to be sent on one connection before the server stops reading from it. */
  readonly sendHighWater: number
  /** Bytes that wait to be sent before the connection is closed as a slow consumer. */
  readonly sendMax: number
  readonly connections: number
  /** Milliseconds after a login's end in which it may be renewed before the connection is closed. */
  readonly renewalMs: number
  /** Milliseconds after which the login of an open connection is asked for again. */
  readonly recheckMs: number
}

export const DEFAULT_LIMITS: BridgeLimits = {
  helloTimeoutMs: 10_000,
  heartbeatMs: 15_000,
  messageBytes: 4 * 1024 * 1024,
  messageDepth: 100,
  inFlight: 256,
  batch: 1_000,
  streams: 100,
  allStreams: 20_000,
  transactions: 8,
  idleTransactionMs: 15_000,
  running: 64,
  queued: 10_000,
  sendHighWater: 1024 * 1024,
  sendMax: 16 * 1024 * 1024,
  connections: 10_000,
  renewalMs: 5_000,
  recheckMs: 10_000,
}
