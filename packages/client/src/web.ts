// For web apps: who a request is from, in a line for any framework.
import type { Auth } from './principal/create-principal.ts'
import { requestToken, type TokenOptions, type WebRequest } from './web/request-token.ts'

export { requestToken, type TokenOptions, type WebRequest } from './web/request-token.ts'
export { sessionEntities, sessionLogins, type SessionLogin } from './web/session-logins.ts'

export interface WebAuthOptions extends TokenOptions {
  /** Who a token stands for: `sessionLogins(model, client.system())`, or the app's own. */
  readonly login: (token: string) => Promise<{ readonly auth: Auth }>
}

/**
 * `client.as(await authOf(request))`. A request without a token is anonymous; one whose token is not accepted
 * rejects as `login` does, with UNAUTHORIZED.
 */
export function webAuth({
  login,
  ...options
}: WebAuthOptions): (request: WebRequest) => Promise<Auth> {
  return async (request) => {
    const token = requestToken(request, options)
    return token === undefined ? {} : (await login(token)).auth
  }
}

/** `auth` of a client in production: the daemon looks the token up. */
export function remoteAuth(request: WebRequest, options?: TokenOptions): Auth {
  const token = requestToken(request, options)
  return token === undefined ? {} : { session: { token } }
}
