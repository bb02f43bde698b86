// What a request must be before anything of it is done, for upgrades and plain requests alike.
import type { IncomingMessage } from 'node:http'
import { isLoopbackHost } from '../config/loopback.ts'
import type { ServerSettings } from '../config/server-settings.ts'

export interface Refusal {
  readonly status: number
  /** A sentence without anything of the caller's. */
  readonly reason: string
}

const TOKEN_KEYS = ['token', 'access_token', 'api_key', 'authorization']

/** The path and query of a request; undefined for a target that is none. */
export function targetOf({ url = '' }: IncomingMessage): URL | undefined {
  const [path = '', ...query] = url.split('?')
  // `//host/path` would be read as another host.
  if (!path.startsWith('/') || path.startsWith('//')) return undefined
  const text = `http://localhost${path}?${query.join('?')}`
  return URL.canParse(text) ? new URL(text) : undefined
}

export function checkRequest(
  request: IncomingMessage,
  target: URL | undefined,
  { isLoopback, origins }: ServerSettings,
): Refusal | undefined {
  if (target === undefined) return { status: 400, reason: 'the target of the request is none' }
  const { host, origin } = request.headers
  // A page whose name was made to lead here (DNS rebinding) sends its own name.
  if (isLoopback && !isLoopbackHost((host ?? '').replace(/:\d+$/, '')))
    return { status: 421, reason: 'this server answers to the names of this machine only' }
  if (origin !== undefined && !origins.has(origin))
    return { status: 403, reason: 'pages of that origin may not call' }
  const keys = [...target.searchParams.keys()].map((key) => key.toLowerCase())
  if (TOKEN_KEYS.some((key) => keys.includes(key)))
    return { status: 400, reason: 'a token in a url is kept in logs: send it in a header' }
  return undefined
}

/** Answers for a browser of an origin that may call. */
export function originHeaders({ headers: { origin } }: IncomingMessage): Record<string, string> {
  return origin === undefined ? {} : { 'access-control-allow-origin': origin, vary: 'origin' }
}
