// The one port: bounds of time and size on every connection, and the way to an end. What a request means is
// left to the handlers.
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import type { Duplex } from 'node:stream'
import type { IncomingMessage } from 'node:http'
import { DBALError } from '@proj/dbal-contract'
import type { ServerSettings } from '../config/server-settings.ts'
import { openTlsOptions } from './tls-options.ts'

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
/** How often it is asked whether the certificates were replaced. */
const CERTIFICATES_MS = 10_000

export interface HttpServer {
  readonly server: Server
  /** Takes up certificates that were replaced; connections that are open keep theirs. */
  reload(): Promise<void>
}

/** Rejects with ConfigError for certificates that are not right. */
export async function createHttpServer(
  settings: ServerSettings,
  handlers: HttpHandlers,
  onFault: (file: string) => void = () => undefined,
): Promise<HttpServer> {
  const options = {
    maxHeaderSize: HEADER_BYTES,
    headersTimeout: Math.min(settings.headerTimeoutMs, settings.requestTimeoutMs),
    requestTimeout: settings.requestTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: Math.min(CHECK_MS, settings.headerTimeoutMs),
    requireHostHeader: true,
  }
  const { server, reload } =
    settings.tls === undefined
      ? { server: createServer(options), reload: async () => undefined }
      : await createReloadedServer(settings.tls, options, settings, () => onFault('server.tls'))
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
  return { server, reload }
}

async function createReloadedServer(
  tls: NonNullable<ServerSettings['tls']>,
  options: ServerOptions,
  { headerTimeoutMs }: ServerSettings,
  onFault: () => void,
): Promise<{ readonly server: TlsServer; reload(): Promise<void> }> {
  const files = await openTlsOptions(tls, onFault)
  let current = await files.read()
  const server = createTlsServer({ ...options, ...current, handshakeTimeout: headerTimeoutMs })
  const reload = async (): Promise<void> => {
    const next = await files.read()
    if (next !== current) server.setSecureContext(next)
    current = next
  }
  const timer = setInterval(() => void reload(), CERTIFICATES_MS)
  timer.unref()
  server.on('close', () => clearInterval(timer))
  return { server, reload }
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
