// The token of a web request, wherever a framework keeps its headers.

/** A request of Node's http, Express or Fastify, or one of the platform (Hono's `c.req.raw`, Next). */
export interface WebRequest {
  readonly headers:
    | { readonly [name: string]: string | readonly string[] | undefined }
    | { get(name: string): string | null }
}

export interface TokenOptions {
  /** Of the cookie; `session` unless given. */
  readonly cookie?: string | undefined
}

const BEARER = /^Bearer +(\S+) *$/i

/** Of the bearer, else of the cookie; undefined where there is neither. A url is not looked at. */
export function requestToken(
  { headers }: WebRequest,
  { cookie = 'session' }: TokenOptions = {},
): string | undefined {
  const bearer = BEARER.exec(headerOf(headers, 'authorization') ?? '')?.[1]
  return bearer ?? cookieOf(headerOf(headers, 'cookie') ?? '', cookie)
}

function headerOf(headers: WebRequest['headers'], name: string): string | undefined {
  if (typeof headers.get === 'function') return headers.get(name) ?? undefined
  const own = headers as Readonly<Record<string, string | readonly string[] | undefined>>
  const value = Object.hasOwn(own, name) ? own[name] : undefined
  // Two of them are nobody's word.
  return typeof value === 'string' ? value : undefined
}

/** RFC 6265, section 5.4; of two cookies of one name the first, which is the more specific one. */
function cookieOf(header: string, name: string): string | undefined {
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=')
    if (at < 0 || pair.slice(0, at).trim() !== name) continue
    const value = pair.slice(at + 1).trim()
    const bare = value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value
    return decode(bare)
  }
  return undefined
}

/** Undefined for an escape that is none. */
function decode(value: string): string | undefined {
  try {
    return value === '' ? undefined : decodeURIComponent(value)
  } catch {
    return undefined
  }
}
