import { loadWorkspaceModel } from '#platform/workspace'
import { modelFromJson, type JsonValue, type Model } from '@proj/dbal-schema/model'
import { invalidConfig } from './check-config.ts'
import type { ClientConfig } from './client-config.ts'

/**
 * The model of a config: one that is given, its JSON, or the workspace folder. Throws VALIDATION_ERROR
 * that names the first problems of a broken workspace.
 */
export async function loadModel({ schema, workspace = './dbal' }: ClientConfig): Promise<Model> {
  if (schema === undefined) return loadWorkspaceModel(workspace)
  return isModel(schema) ? schema : parseModel(schema)
}

function isModel(schema: Model | JsonValue): schema is Model {
  return (
    typeof schema === 'object' &&
    schema !== null &&
    'entities' in schema &&
    schema.entities instanceof Map
  )
}

function parseModel(json: JsonValue): Model {
  try {
    return modelFromJson(json)
  } catch (cause) {
    const error = 'is no model of this version: run dbal codegen again'
    throw invalidConfig([{ field: 'schema', error }], cause)
  }
}
