import { Option } from 'commander'
import { CommandFailed } from '../command-failure.ts'
import { loadProjectConfig, type GlobalFlags } from '@proj/dbal-daemon/project'
import { shownFolder } from '../project/load-checked-model.ts'
import { summariseCheck } from '../project/summarise-check.ts'
import { withWorkspace, type Register } from './context.ts'

interface Flags extends GlobalFlags {
  readonly format: 'pretty' | 'json' | 'github'
}

export const registerCheck: Register = (program, terminal) => {
  withWorkspace(program.command('check'))
    .description('report every problem of the contract, with its place and a hint')
    .addOption(
      new Option('--format <format>', 'for people, programs, or annotations in GitHub Actions')
        .choices(['pretty', 'json', 'github'])
        .default('pretty'),
    )
    .addHelpText(
      'after',
      '\nExits 1 when there are errors; warnings alone are no failure.\n\nExamples:\n  $ dbal check\n  $ dbal check --workspace specs --format github',
    )
    .action(async ({ format, ...flags }: Flags) => {
      const { formatDiagnostics, loadWorkspace } = await import('@proj/dbal-schema')
      const { workspace } = await loadProjectConfig(flags)
      const { diagnostics, files, model } = await loadWorkspace(workspace)
      const hasErrors = diagnostics.some(({ severity }) => severity === 'error')
      const root = shownFolder(workspace)
      const text = formatDiagnostics(diagnostics, files, { format, color: terminal.color, root })
      if (text !== '') terminal.print(text.trimEnd())
      if (format === 'pretty') {
        const tone = hasErrors ? 'red' : diagnostics.length > 0 ? 'yellow' : 'green'
        const summary = terminal.style(tone, summariseCheck(diagnostics, model))
        terminal.print(text === '' ? summary : `\n${summary}`)
      }
      if (hasErrors) throw new CommandFailed()
    })
}
