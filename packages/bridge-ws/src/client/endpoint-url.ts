import { invalid } from '@proj/dbal-contract'

const DEFAULT_PATH = '/rpc'
const SECRETS = ['token', 'access_token', 'api_key', 'authorization']

/**
 * `host:port` as a WebSocket url; of http and https the secure or insecure kind. Throws VALIDATION_ERROR for
 * one that is none, or that carries a secret: urls are logged wherever they pass.
 */
export function endpointUrl(endpoint: string): string {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(endpoint) ? endpoint : `ws://${endpoint}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  const scheme = url?.protocol.replace(/^http/, 'ws')
  if (url === undefined || url.hostname === '' || (scheme !== 'ws:' && scheme !== 'wss:'))
    throw refuse('must be ws://host:port, wss://host:port or host:port')
  if (
    url.username !== '' ||
    url.password !== '' ||
    SECRETS.some((key) => url.searchParams.has(key))
  )
    throw refuse('may hold no secret: give auth.session.token')
  const path = url.pathname === '/' ? DEFAULT_PATH : url.pathname
  return `${scheme}//${url.host}${path}${url.search}`
}

function refuse(error: string): Error {
  return invalid([{ field: 'endpoint', error }])
}
