// The errors of a run. None holds text of the script, of its values or of the engine; what a developer
// needs is in `cause`, which stays in the process.
import { DBALError } from '@proj/dbal-contract'

export type Violation = 'global' | 'time' | 'memory' | 'code' | 'input' | 'output'

const REASONS: Readonly<Record<Violation, string>> = {
  global: 'the script used a name that is not allowed',
  time: 'the script reached its time limit',
  memory: 'the script reached its memory limit',
  code: 'the script is too large, or is no source text',
  input: 'the arguments are too large, or hold more than JSON can say',
  output: 'the answer is too large, or holds more than JSON can say',
}

/** `name` is one of our own list of forbidden names, never the script's text. */
export function violated(violation: Violation, name?: string, cause?: unknown): DBALError {
  const reason = REASONS[violation]
  const details = { reason, violation, ...(name === undefined ? {} : { name }) }
  return new DBALError('SANDBOX_VIOLATION', { details, cause })
}

/** An error of the script's own: a fault of what is stored, not of the one who calls. */
export function scriptFailed(line: number | undefined, message: string): DBALError {
  const reason = 'the script ended with an error'
  const details = { reason, ...(line === undefined ? {} : { line }) }
  return new DBALError('INTERNAL_ERROR', { details, cause: new Error(message) })
}
