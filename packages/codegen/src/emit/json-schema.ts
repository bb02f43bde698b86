// JSON Schema, draft 2020-12: for each entity one file of its rows and of what callers send, and one of
// its operations. The schemas themselves are shared with OpenRPC (wire-schema/).
import type { JsonSchema } from '@proj/dbal-contract'
import type { Entity, Model, OperationSpec } from '@proj/dbal-schema'
import type { EmittedFile } from '../generated-file.ts'
import { MARK } from '../header.ts'
import { operationSummary } from './operation-summary.ts'
import { stableJson } from './stable-json.ts'
import {
  operationExchange,
  operationInput,
  operationOutput,
} from './wire-schema/operation-schemas.ts'
import { querySchemas } from './wire-schema/query-schemas.ts'
import { resultSchemas, rowSchema } from './wire-schema/result-schemas.ts'
import { reference, type SchemaPlace } from './wire-schema/schema-place.ts'
import { sharedSchemas } from './wire-schema/shared-schemas.ts'
import { writeSchemas } from './wire-schema/write-schemas.ts'

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'
const FOLDER = 'json-schema'
/** Entity names start with a capital, so no entity's file has this name. */
const SHARED = '_shared.schema.json'

export function emitJsonSchema(model: Model): readonly EmittedFile[] {
  const files = [schemaFile(SHARED, { title: 'Shared by all entities', $defs: sharedSchemas() })]
  for (const entity of model.entities.values()) {
    files.push(entityFile(entity, model), operationsFile(entity))
  }
  return files
}

function entityFile(entity: Entity, model: Model): EmittedFile {
  const place = placeFrom('', entity.name)
  return schemaFile(fileOf(entity.name), {
    ...rowSchema(entity, model),
    $defs: {
      ...resultSchemas(entity, place),
      ...querySchemas(entity, model, place),
      ...writeSchemas(entity, model.entities, place),
    },
  })
}

/** For each operation its exchange, `<name>`, made of `<name>.input` and `<name>.output`. */
function operationsFile(entity: Entity): EmittedFile {
  const place = placeFrom('../')
  const definitions = [...entity.operations.values()].flatMap((operation) =>
    operationDefinitions(entity, operation, place),
  )
  return schemaFile(`operations/${fileOf(entity.name)}`, {
    title: `Operations of ${entity.name}`,
    $defs: Object.fromEntries(definitions),
  })
}

function operationDefinitions(
  entity: Entity,
  operation: OperationSpec,
  place: SchemaPlace,
): readonly (readonly [name: string, schema: JsonSchema])[] {
  const { name } = operation
  const description = operationSummary(entity, operation)
  const input: JsonSchema =
    operation.builtIn === 'create'
      ? reference(place.entity(entity.name, 'create'))
      : operationInput(entity, operation, place)
  const exchange = operationExchange(
    reference(`#/$defs/${name}.input`),
    reference(`#/$defs/${name}.output`),
  ) as object
  return [
    [
      name,
      {
        title: `${entity.name}.${name}`,
        ...(description === undefined ? {} : { description }),
        ...exchange,
      },
    ],
    [`${name}.input`, input],
    [`${name}.output`, operationOutput(entity, operation, place)],
  ]
}

function schemaFile(path: string, schema: object): EmittedFile {
  return {
    path: `${FOLDER}/${path}`,
    text: stableJson({ $schema: DIALECT, $id: path, $comment: MARK, ...schema }),
  }
}

function fileOf(entity: string): string {
  return `${entity}.schema.json`
}

/** References from a file; within the file of `home` they are short. */
function placeFrom(up: string, home?: string): SchemaPlace {
  const to = (entity: string): string => (entity === home ? '' : `${up}${fileOf(entity)}`)
  return {
    entity: (name, definition) =>
      definition === undefined ? `${to(name)}#` : `${to(name)}#/$defs/${definition}`,
    field: (entity, field) => `${to(entity)}#/properties/${field}`,
    shared: (name) => `${up}${SHARED}#/$defs/${name}`,
  }
}
