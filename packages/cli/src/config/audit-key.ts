/** The key of the audit log's chain, from the environment: never from a file that is shared. */
export function auditKey(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const { DBAL_AUDIT_KEY: key } = env
  return key === undefined || key === '' ? undefined : key
}
