// The one port: bounds of time and size on every connection, and the way to an end. What a request means is
// left to the handlers.
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Duplex } from 'node:stream'
import type { IncomingMessage } from 'node:http'
import { DBALError } from '@proj/dbal-contract'
import type { ServerSettings } from '../config/server-settings.ts'
import { readTlsOptions } from './tls-options.ts'

export interface HttpHandlers {
  readonly request: RequestListener
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
}

const HEADER_BYTES = 16 * 1024
const HEADERS = 64
const KEEP_ALIVE_MS = 5_000
const REQUESTS_PER_SOCKET = 10_000
/** How often connections are held against their time limits. */
const CHECK_MS = 1_000

/** Rejects with ConfigError for certificates that are not right. */
export async function createHttpServer(
  settings: ServerSettings,
  handlers: HttpHandlers,
): Promise<Server> {
  const options = {
    maxHeaderSize: HEADER_BYTES,
    headersTimeout: Math.min(settings.headerTimeoutMs, settings.requestTimeoutMs),
    requestTimeout: settings.requestTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: Math.min(CHECK_MS, settings.headerTimeoutMs),
    requireHostHeader: true,
  }
  const server =
    settings.tls === undefined
      ? createServer(options)
      : createTlsServer({
          ...options,
          ...(await readTlsOptions(settings.tls)),
          handshakeTimeout: settings.headerTimeoutMs,
        })
  server.timeout = settings.idleTimeoutMs
  server.maxConnections = settings.connections
  server.maxHeadersCount = HEADERS
  server.maxRequestsPerSocket = REQUESTS_PER_SOCKET
  server.on('request', handlers.request)
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A caller that goes away is none of ours to report.
    socket.on('error', () => socket.destroy())
    handlers.upgrade(request, socket, head)
  })
  return server
}

/** The port that was bound. Rejects with UNAVAILABLE that says why it could not be. */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = REASONS.get(cause.code ?? '') ?? `cannot be listened at (${cause.code})`
      reject(
        new DBALError('UNAVAILABLE', {
          details: { reason: `port ${port} of ${host} ${why}` },
          retryable: false,
          cause,
        }),
      )
    })
    server.listen(port, host, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['EADDRINUSE', 'is in use'],
  ['EACCES', 'may not be used by this user'],
  ['EADDRNOTAVAIL', 'is not of this machine'],
  ['ENOTFOUND', 'is not known'],
])

/** Takes no more, lets what is being answered end within the time (milliseconds), and closes. */
export async function closeHttpServer(server: Server, withinMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), withinMs)
  await closed.finally(() => clearTimeout(timer))
}
