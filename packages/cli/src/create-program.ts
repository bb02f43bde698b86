import { Command } from 'commander'
import { registerAudit } from './command/audit.ts'
import { registerBench } from './command/bench.ts'
import { registerCall } from './command/call.ts'
import { registerCheck } from './command/check.ts'
import { registerCodegen } from './command/codegen.ts'
import { registerCompletion } from './command/completion.ts'
import { registerConformance } from './command/conformance.ts'
import { registerDiff } from './command/diff.ts'
import { registerInit } from './command/init.ts'
import { registerPolicy } from './command/policy.ts'
import { registerPush } from './command/push.ts'
import { registerSeed } from './command/seed.ts'
import { registerServe } from './command/serve.ts'
import type { Terminal } from './terminal/terminal.ts'
import { VERSION } from './version.ts'

const COMMANDS = [
  registerInit,
  registerCheck,
  registerCodegen,
  registerPush,
  registerSeed,
  registerDiff,
  registerCall,
  registerServe,
  registerPolicy,
  registerAudit,
  registerConformance,
  registerBench,
  registerCompletion,
]

/** The `dbal` command; parsing it throws CommanderError where it would exit. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('dbal')
    .description('One YAML contract: typed data access with access control, on every engine')
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError('(dbal --help lists the commands)')
    .addHelpText(
      'after',
      `
Examples:
  $ dbal init               # a workspace with one entity
  $ dbal check              # is the contract right?
  $ dbal codegen            # types and client
  $ dbal push && dbal seed  # a database to develop with

Exit codes: 0 done, 1 what was asked for failed, 2 wrong usage, 130 stopped by Ctrl-C.`,
    )
  for (const register of COMMANDS) register(program, terminal)
  for (const command of program.commands)
    command.exitOverride().showHelpAfterError(`(dbal ${command.name()} --help shows how)`)
  return program
}
