import { relative } from 'node:path'
import type { Model } from '@proj/dbal-schema'
import { CommandFailed } from '../command-failure.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { summariseCheck } from './summarise-check.ts'

/** The checked model; prints the errors and throws CommandFailed when there is none. */
export async function loadCheckedModel(workspace: string, terminal: Terminal): Promise<Model> {
  const { formatDiagnostics, loadWorkspace } = await import('@proj/dbal-schema')
  const { model, diagnostics, files } = await loadWorkspace(workspace)
  if (model !== undefined) return model
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  terminal.note(
    formatDiagnostics(errors, files, {
      format: 'pretty',
      color: terminal.noteColor,
      root: shownFolder(workspace),
    }),
  )
  terminal.note(`\n${terminal.styleNote('red', summariseCheck(errors, undefined))}`)
  throw new CommandFailed()
}

/** The folder as a reader would type it, from where the command is run. */
export function shownFolder(folder: string): string {
  const path = relative(process.cwd(), folder)
  if (path === '') return '.'
  return path.startsWith('../../') ? folder : path
}
