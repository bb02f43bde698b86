import { ConfigError } from './config-error.ts'

/** As the client asks of `security.auditKey`. */
const MIN_LENGTH = 16

/**
 * The key of the audit log's chain, from the environment: never from a file that is shared. Throws ConfigError
 * for one that is too short to be the key of any client.
 */
export function auditKey(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const { DBAL_AUDIT_KEY: key } = env
  if (key === undefined || key === '') return undefined
  if (key.length >= MIN_LENGTH) return key
  throw new ConfigError(`DBAL_AUDIT_KEY has fewer than ${MIN_LENGTH} characters`)
}
