// Which path answers what. Every answer is told to the observers by its route, never by its url.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { CallSignal, DBALError, isDBALError, type StopSignal } from '@proj/dbal-contract'
import type { Authenticate } from '../auth/authenticate.ts'
import type { BridgeSeam } from '../bridge-seam.ts'
import { isLoopbackAddress } from '../config/loopback.ts'
import type { ServerSettings } from '../config/server-settings.ts'
import { checkRequest, originHeaders, targetOf } from './check-request.ts'
import type { HttpHandlers } from './http-server.ts'
import { readBody } from './read-body.ts'

export interface RouteParts {
  readonly settings: ServerSettings
  readonly bridge: BridgeSeam
  readonly authenticate: Authenticate
  /** Undefined when all is well, else why not. */
  readonly unready: () => Promise<string | undefined>
  readonly isDraining: () => boolean
  readonly metrics: () => Promise<{ readonly type: string; readonly text: string }>
  readonly openRpc: () => Promise<string>
  readonly observe: (route: string, status: number) => void
}

interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

const SAFE = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
}

export function createRoutes(parts: RouteParts): HttpHandlers {
  const request: RequestListener = (incoming, response) => {
    const route = routeOf(incoming, parts.settings)
    void answerAndSend(incoming, response, route, parts)
  }
  return { request, upgrade: (...upgrade) => takeUpgrade(parts, ...upgrade) }
}

async function answerAndSend(
  request: IncomingMessage,
  response: ServerResponse,
  route: string,
  parts: RouteParts,
): Promise<void> {
  const gone = new CallSignal()
  response.once('close', () => {
    if (!response.writableFinished) gone.abort(new DBALError('CANCELLED'))
  })
  const given = await answer(request, route, parts, gone).catch((): Answer =>
    plain(500, 'something went wrong on our side'),
  )
  parts.observe(route, given.status)
  send(request, response, given)
}

/** One of few words: it is a label of metrics. */
function routeOf(request: IncomingMessage, { path }: ServerSettings): string {
  const asked = targetOf(request)?.pathname ?? ''
  if (asked === path) return 'rpc'
  const [, name = 'other'] = /^\/(healthz|readyz|metrics|openrpc)(?:\.json)?$/.exec(asked) ?? []
  return name
}

/** `gone` is aborted when the caller does not wait for an answer any more. */
async function answer(
  request: IncomingMessage,
  route: string,
  parts: RouteParts,
  gone: StopSignal,
): Promise<Answer> {
  const { settings } = parts
  const refusal = checkRequest(request, targetOf(request), settings)
  if (refusal !== undefined) return plain(refusal.status, refusal.reason)
  const { method = '' } = request
  if (route === 'other') return plain(404, 'there is nothing here')
  if (method === 'OPTIONS' && request.headers.origin !== undefined) return PREFLIGHT
  if (route === 'rpc') {
    if (method !== 'POST') return plain(405, 'calls are POST, or a WebSocket', { allow: 'POST' })
    const body = await readBody(request, settings.bodyBytes)
    if (body === undefined)
      return plain(413, `a message has at most ${settings.bodyBytes} bytes`, CLOSE)
    return parts.bridge.post(body, request.headers, gone)
  }
  if (method !== 'GET' && method !== 'HEAD')
    return plain(405, 'this is for reading', { allow: 'GET, HEAD' })
  if (route === 'healthz') return plain(200, 'ok')
  if (route === 'readyz') return answerReady(parts)
  return route === 'metrics' ? answerMetrics(request, parts) : answerOpenRpc(request, parts)
}

const CLOSE = { connection: 'close' }
const PREFLIGHT: Answer = {
  status: 204,
  headers: {
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': 'authorization, content-type',
    'access-control-max-age': '600',
  },
}

function plain(
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, headers: { 'content-type': 'text/plain', ...headers }, body: `${text}\n` }
}

async function answerReady({ isDraining, unready }: RouteParts): Promise<Answer> {
  const why = isDraining() ? 'the server is shutting down' : await unready()
  return why === undefined ? plain(200, 'ready') : plain(503, why)
}

async function answerMetrics(
  { socket }: IncomingMessage,
  { settings, metrics }: RouteParts,
): Promise<Answer> {
  if (settings.metrics === 'off') return plain(404, 'there is nothing here')
  if (settings.metrics === 'loopback' && !isLoopbackAddress(socket.remoteAddress))
    return plain(403, 'metrics are for this machine')
  const { type, text } = await metrics()
  return { status: 200, headers: { 'content-type': type }, body: text }
}

async function answerOpenRpc(request: IncomingMessage, parts: RouteParts): Promise<Answer> {
  const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? []
  try {
    await parts.authenticate(token)
  } catch (error) {
    if (!isDBALError(error)) throw error
    const challenge = error.httpStatus === 401 ? { 'www-authenticate': 'Bearer' } : {}
    return plain(error.httpStatus, error.message, challenge)
  }
  const body = await parts.openRpc()
  return { status: 200, headers: { 'content-type': 'application/json' }, body }
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body = '' }: Answer,
): void {
  if (response.destroyed) return
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  // What is left of a body that is not read would be taken for the next request.
  const unread = request.complete ? {} : CLOSE
  const length = status === 204 ? {} : { 'content-length': String(bytes.length) }
  response.writeHead(status, {
    ...SAFE,
    ...length,
    ...(status === 403 ? {} : originHeaders(request)),
    ...headers,
    ...unread,
  })
  response.end(request.method === 'HEAD' ? undefined : bytes)
}

function takeUpgrade(
  { settings, bridge, isDraining, observe }: RouteParts,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const target = targetOf(request)
  const refusal =
    checkRequest(request, target, settings) ??
    (target?.pathname === settings.path
      ? undefined
      : { status: 404, reason: 'there is nothing here' }) ??
    (isDraining() ? { status: 503, reason: 'the server is shutting down' } : undefined)
  observe('upgrade', refusal?.status ?? 101)
  if (refusal === undefined) return bridge.upgrade(request, socket, head)
  const text = `${refusal.reason}\n`
  const lines = [
    `HTTP/1.1 ${refusal.status} Refused`,
    'connection: close',
    'content-type: text/plain',
    `content-length: ${text.length}`,
  ]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`)
}
