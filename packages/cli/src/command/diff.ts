import { resolve } from 'node:path'
import type { ModelChange } from '@proj/dbal-schema'
import { CommandFailed } from '../command-failure.ts'
import { loadCheckedModel } from '../project/load-checked-model.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { Register } from './context.ts'

const LEVELS = ['breaking', 'risky', 'safe'] as const
const STYLE = { breaking: 'red', risky: 'yellow', safe: 'green' } as const

export const registerDiff: Register = (program, terminal) => {
  program
    .command('diff')
    .description('compare two workspaces: breaking, risky and safe changes')
    .argument('<before>', 'workspace that is in use')
    .argument('<after>', 'workspace that would replace it')
    .option('--json', 'print the changes as JSON')
    .addHelpText(
      'after',
      '\nBreaking: a caller that was right stops working; exit 1. Risky: rows or behaviour may not fit.\n\nExample:\n  $ git worktree add ../main main && dbal diff ../main/dbal dbal',
    )
    .action(async (before: string, after: string, flags: { readonly json?: boolean }) => {
      const { compareModels } = await import('@proj/dbal-schema')
      const old = await loadCheckedModel(resolve(before), terminal)
      const changes = compareModels(old, await loadCheckedModel(resolve(after), terminal))
      if (flags.json === true)
        terminal.print(JSON.stringify({ changes, ...countLevels(changes) }, null, 2))
      else printChanges(terminal, changes)
      if (changes.some(({ level }) => level === 'breaking')) throw new CommandFailed()
    })
}

function countLevels(changes: readonly ModelChange[]): Record<string, number> {
  return Object.fromEntries(
    LEVELS.map((level) => [level, changes.filter((change) => change.level === level).length]),
  )
}

function printChanges(terminal: Terminal, changes: readonly ModelChange[]): void {
  for (const { level, message, hint } of changes) {
    terminal.print(`${terminal.style(STYLE[level], level.padEnd(8))}  ${message}`)
    if (hint !== undefined) terminal.print(`          ${terminal.style('dim', hint)}`)
  }
  if (changes.length === 0) terminal.print('no changes')
  else {
    const counts = Object.entries(countLevels(changes)).filter(([, count]) => count > 0)
    terminal.print(`\n${counts.map(([level, count]) => `${count} ${level}`).join(', ')}`)
  }
}
