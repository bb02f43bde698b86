import type { DBALError } from '@proj/dbal-contract'
import { CommandFailed, Interrupted, UsageError } from '../command-failure.ts'
import type { Terminal } from './terminal.ts'

/** What went wrong and what to do, without a stack; DBAL_DEBUG=1 adds it. */
export function printFailure(terminal: Terminal, error: unknown): void {
  if (error instanceof CommandFailed) return
  if (error instanceof Interrupted) {
    terminal.note(error.message)
    return
  }
  for (const line of describeFailure(error)) {
    terminal.note(line.replace(/^error/, (label) => terminal.styleNote('red', label)))
  }
  if (process.env['DBAL_DEBUG'] === '1') printStacks(terminal, error)
}

function describeFailure(error: unknown): readonly string[] {
  if (isDBALError(error)) return describeDBALError(error)
  if (!(error instanceof Error)) return [`error: ${String(error)}`]
  if (error instanceof UsageError || ['ConfigError', 'CodegenError'].includes(error.name))
    return [`error: ${error.message}`]
  // A system's own error says what it could not do, and with which file.
  if ('syscall' in error && 'code' in error) return [`error: ${error.message}`]
  return [
    `error: ${error.message}`,
    'This was not expected. DBAL_DEBUG=1 shows where it happened; please report it.',
  ]
}

function describeDBALError({ code, message, details }: DBALError): readonly string[] {
  const reason = details?.reason === undefined ? '' : `: ${details.reason}`
  const fields = details?.fields ?? []
  return [
    `error ${code}: ${message}${reason}`,
    ...fields.map(({ field, error }) => `  ${field} ${error}`),
  ]
}

/** By name: the package that has the class is not loaded for the commands that never meet one. */
function isDBALError(error: unknown): error is DBALError {
  return error instanceof Error && error.name === 'DBALError'
}

function printStacks(terminal: Terminal, error: unknown): void {
  for (let at = error, label = ''; at instanceof Error; at = at.cause, label = 'caused by ')
    terminal.note(`${label}${at.stack ?? at.message}`)
}
