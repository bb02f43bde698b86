// A client with its defaults.
import { randomKey } from '#platform/random-key'
import type { Model } from '@proj/dbal-schema'
import type { Encoding } from '../protocol/encoding.ts'
import type { Wire } from '../wire.ts'
import { BridgeClient } from './bridge-client.ts'
import { endpointUrl } from './endpoint-url.ts'
import { Connection } from './connection.ts'
import { channelOpener, type Transport } from './open-channel.ts'

export interface BridgeOptions {
  /** `wss://host:port/path`, or `host:port`; or how to open a wire. */
  readonly endpoint: string | (() => Promise<Wire>)
  readonly token?: (() => string | undefined | Promise<string | undefined>) | undefined
  readonly model?: Model | undefined
  readonly clientVersion?: string | undefined
  readonly encoding?: Encoding['name'] | undefined
  /** `websocket` unless it says otherwise; a way that was given is taken. */
  readonly transport?: Transport | undefined
  /** Of a call that says nothing else, in milliseconds; 30 000 by default. */
  readonly timeoutMs?: number | undefined
  /** `explicit`: a mutation has a key only where its caller gives one. */
  readonly keys?: 'auto' | 'explicit' | undefined
  /** Milliseconds that a request waits for a connection; 10 000 by default. */
  readonly connectTimeoutMs?: number | undefined
  readonly offlineQueue?: number | undefined
  readonly backoff?: { readonly minMs: number; readonly maxMs: number } | undefined
  /** From 0 to 1; for tests. */
  readonly random?: (() => number) | undefined
}

/** Connects at the first call. Throws VALIDATION_ERROR for an endpoint that is none. */
export function connectBridge(options: BridgeOptions): BridgeClient {
  const { endpoint, encoding = 'json', transport = 'websocket' } = options
  const { connectTimeoutMs = 10_000 } = options
  return new BridgeClient({
    model: options.model,
    open:
      typeof endpoint === 'string'
        ? channelOpener(transport, {
            url: endpointUrl(endpoint),
            encoding,
            timeoutMs: connectTimeoutMs,
          })
        : async (events) => new Connection(await endpoint(), events),
    token: options.token ?? (() => undefined),
    clientVersion: options.clientVersion,
    timeoutMs: options.timeoutMs ?? 30_000,
    makeKey: options.keys === 'explicit' ? undefined : randomKey,
    connectTimeoutMs,
    offlineQueue: options.offlineQueue ?? 1_000,
    backoff: options.backoff ?? { minMs: 100, maxMs: 10_000 },
    random: options.random ?? Math.random,
  })
}
