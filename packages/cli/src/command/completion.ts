import { Argument } from 'commander'
import { completionScript, SHELLS, type Shell } from '../completion/completion-script.ts'
import { describeProgram } from '../completion/describe-program.ts'
import type { Register } from './context.ts'

export const registerCompletion: Register = (program, terminal) => {
  program
    .command('completion')
    .description('print a completion script for bash, zsh or fish')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .addHelpText(
      'after',
      `
Examples:
  $ source <(dbal completion bash)
  $ dbal completion zsh > "\${fpath[1]}/_dbal"
  $ dbal completion fish > ~/.config/fish/completions/dbal.fish`,
    )
    .action((shell: Shell) => {
      terminal.print(completionScript(shell, describeProgram(program)))
    })
}
