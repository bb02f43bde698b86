import type { Diagnostic } from '@proj/dbal-schema'
import { ConfigError } from './config-error.ts'

/**
 * Throws ConfigError with each problem as `file:line:column: what`; no line of the file is shown, since one
 * may hold a secret.
 */
export function demandNoErrors(diagnostics: readonly Diagnostic[]): void {
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new ConfigError(errors.map(printProblem).join('\n'))
}

function printProblem({ file, line, column, message, hint }: Diagnostic): string {
  return `${file}:${line}:${column}: ${message}${hint === undefined ? '' : `; ${hint}`}`
}
