// Tokens of the contract's own Session entity, as the client looks them up.
import { isDBALError } from '@proj/dbal-contract'
import type { ScopedClient } from '@proj/dbal'
import { sessionLogins } from '@proj/dbal/web'
import type { Model } from '@proj/dbal-schema'
import { ConfigError } from '../config/config-error.ts'
import type { VerifyToken } from './authenticate.ts'

/** Throws ConfigError for a contract whose Session is not one. */
export function openSessionTokens(model: Model, system: ScopedClient): VerifyToken {
  try {
    return sessionLogins(model, system)
  } catch (cause) {
    const [problem] = (isDBALError(cause) ? cause.details?.fields : undefined) ?? []
    throw problem === undefined ? cause : new ConfigError(`auth.session: ${problem.error}`)
  }
}
