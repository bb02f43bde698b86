import { DBALError } from '@proj/dbal-contract'
import type { JsonValue, Model } from '@proj/dbal-schema'
import { invalidConfig } from './check-config.ts'
import type { ClientConfig } from './client-config.ts'

/**
 * The model of a config: one that is given, its JSON, or the workspace folder. Throws VALIDATION_ERROR
 * that names the first problems of a broken workspace.
 */
export async function loadModel(config: ClientConfig): Promise<Model> {
  const { schema } = config
  if (schema !== undefined) return isModel(schema) ? schema : parseModel(schema)
  const { formatDiagnostics, loadWorkspace } = await import('@proj/dbal-schema')
  const { model, diagnostics, files } = await loadWorkspace(config.workspace ?? './dbal')
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

function isModel(schema: Model | JsonValue): schema is Model {
  return (
    typeof schema === 'object' &&
    schema !== null &&
    'entities' in schema &&
    schema.entities instanceof Map
  )
}

async function parseModel(json: JsonValue): Promise<Model> {
  const { modelFromJson } = await import('@proj/dbal-schema/model')
  try {
    return modelFromJson(json)
  } catch (cause) {
    const error = 'is no model of this version: run dbal codegen again'
    throw invalidConfig([{ field: 'schema', error }], cause)
  }
}
