// Which way to a daemon: a connection, HTTP, or whichever of them gets through. HTTP is loaded
// when it is used.
import { loadEncoding, type Encoding } from '../protocol/encoding.ts'
import { METHODS } from '../protocol/handshake.ts'
import type { OpenChannel } from './channel.ts'
import { Connection } from './connection.ts'
import { openSocket } from './open-socket.ts'
import type { PendingRequest } from './pending-request.ts'
import { socketOrHttp } from './socket-or-http.ts'

export type Transport = 'auto' | 'websocket' | 'http'

export interface WayOptions {
  /** `ws://host:port/path`, or `wss:`. */
  readonly url: string
  readonly encoding: Encoding['name']
  readonly timeoutMs: number
}

export function channelOpener(transport: Transport, options: WayOptions): OpenChannel {
  if (transport === 'websocket') return overSocket(options)
  return transport === 'http' ? overHttp(options) : overEither(options)
}

function overSocket({ url, ...options }: WayOptions): OpenChannel {
  return async (events) => new Connection(await openSocket(url, options), events)
}

function overHttp({ url, encoding }: WayOptions): OpenChannel {
  const renewed = new WeakSet<PendingRequest>()
  return async (events) => {
    const [{ HttpChannel }, opened] = await Promise.all([
      import('./http-channel.ts'),
      loadEncoding(encoding),
    ])
    return new HttpChannel({ url: httpUrl(url), encoding: opened }, events, renewed)
  }
}

/** Half of the time is for the other way. */
function overEither(options: WayOptions): OpenChannel {
  const half = { ...options, timeoutMs: options.timeoutMs / 2 }
  return socketOrHttp(overSocket(half), overHttp(options), () => answersHttp(half))
}

/** Whoever refuses in the words of the protocol answers. */
async function answersHttp({ url, encoding, timeoutMs }: WayOptions): Promise<boolean> {
  const [{ exchange }, opened] = await Promise.all([
    import('./http-exchange.ts'),
    loadEncoding(encoding),
  ])
  const id = 1
  const payload = opened.encode({ jsonrpc: '2.0', id, method: METHODS.PING })
  const signal = AbortSignal.timeout(timeoutMs)
  const endpoint = { url: httpUrl(url), encoding: opened }
  const { kind } = await exchange(endpoint, { id, payload, token: undefined, signal })
  return kind === 'answered'
}

function httpUrl(url: string): string {
  return url.replace(/^ws/, 'http')
}
