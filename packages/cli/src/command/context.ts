import { Option, type Command } from 'commander'
import { ADAPTERS } from '@proj/dbal-daemon/project'
import type { Terminal } from '../terminal/terminal.ts'

/** Adds itself to the program; one file a command. */
export type Register = (program: Command, terminal: Terminal) => void

export function withWorkspace(command: Command): Command {
  return command
    .option(
      '--workspace <dir>',
      'folder of the YAML contract (default: that of the config, else dbal)',
    )
    .option('--config <file>', 'configuration file (default: dbal.config.yaml)')
}

export function withDatabase(command: Command): Command {
  return withWorkspace(command)
    .addOption(
      new Option(
        '--adapter <name>',
        'what talks to the database (default: the url decides)',
      ).choices(ADAPTERS),
    )
    .option('--url <url>', 'file:PATH, duckdb:PATH, postgresql://… or mysql://…')
}
