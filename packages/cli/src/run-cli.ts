// The command line from end to end: arguments in, exit code out (0 done, 1 it failed, 2 wrong usage).
import { ConfigError } from '@proj/dbal-daemon/project'
import { CommanderError } from 'commander'
import { Interrupted, UsageError } from './command-failure.ts'
import { createProgram } from './create-program.ts'
import { printFailure } from './terminal/print-failure.ts'
import { createTerminal } from './terminal/terminal.ts'

const FAILED = 1
const USAGE = 2

/** Never throws; sets `process.exitCode`, so that what is still being written is not cut off. */
export async function runCli(args: readonly string[]): Promise<void> {
  const terminal = createTerminal(process)
  try {
    await createProgram(terminal).parseAsync(args, { from: 'user' })
  } catch (error) {
    process.exitCode = exitCodeOf(error)
    if (!(error instanceof CommanderError)) printFailure(terminal, error)
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE
  if (error instanceof Interrupted) return error.exitCode
  return error instanceof UsageError || error instanceof ConfigError ? USAGE : FAILED
}
