import { DBALError } from '@proj/dbal-contract/base'
import type { Model } from '@proj/dbal-schema'

/** Throws VALIDATION_ERROR that names the first problems of a broken workspace. */
export async function loadWorkspaceModel(folder: string): Promise<Model> {
  const { formatDiagnostics, loadWorkspace } = await import('@proj/dbal-schema')
  const { model, diagnostics, files } = await loadWorkspace(folder)
  if (model !== undefined) return model
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  const [first] = errors
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more; run dbal check)` : ''
  const at =
    first === undefined ? '' : `${first.file}:${first.line}:${first.column}: ${first.message}`
  throw new DBALError('VALIDATION_ERROR', {
    details: { reason: `the workspace has errors: ${at}${more}`, diagnostics: errors },
    cause: new Error(formatDiagnostics(diagnostics, files, { format: 'pretty' })),
  })
}
