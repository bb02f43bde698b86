// Where the HTTP server ends and the bridge begins.
import type { IncomingHttpHeaders } from 'node:http'
import type { StopSignal } from '@proj/dbal-contract'
import {
  BridgeServer,
  createUpgrade,
  type BridgeHost,
  type BridgeLimits,
  type BridgeStats,
  type PostAnswer,
  type Upgrade,
} from '@proj/dbal-bridge-ws/server'

export interface BridgeSeam {
  /** Takes over an HTTP upgrade at the configured path; TLS, Origin and path have been checked. */
  readonly upgrade: Upgrade
  /** The body of a request, read within the size limit; `signal` is aborted when its caller goes. Never rejects. */
  post(body: Uint8Array, headers: IncomingHttpHeaders, signal: StopSignal): Promise<PostAnswer>
  /** Says goodbye, finishes what is in flight within the time (milliseconds), then closes. */
  drain(withinMs: number): Promise<void>
  /** Asks again whether the logins of open connections hold. */
  recheckLogins(): void
  stats(): Pick<BridgeStats, 'connections' | 'inFlight' | 'subscriptions'>
}

export type OpenBridge = (host: BridgeHost, limits: Partial<BridgeLimits>) => BridgeSeam

export const openBridge: OpenBridge = (host, limits) => {
  const server = new BridgeServer(host, limits)
  return {
    upgrade: createUpgrade(server),
    post: (body, headers, signal) => server.post(body, { ...headers }, signal),
    drain: (withinMs) => server.drain(withinMs),
    recheckLogins: () => server.recheckLogins(),
    stats: () => server.stats(),
  }
}
