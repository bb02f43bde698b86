// An existing schema.prisma as entities of the contract, tables and columns named as they are in the
// database. What has no counterpart is left out and said.
import { snakeCase } from '@proj/dbal-schema'
import { UsageError } from '../command-failure.ts'
import type { ImportContext, Spec } from './import-context.ts'
import { importJoinEntities } from './import-join-entities.ts'
import { importModel } from './import-model.ts'
import { ImportNames } from './import-names.ts'
import { importRelations } from './import-relations.ts'
import { parsePrismaSchema } from './parse-prisma-schema.ts'
import { printEntity } from './print-entity.ts'
import { Remarks } from './remarks.ts'
import { settleAccessors } from './settle-accessors.ts'

export interface ImportedSchema {
  readonly provider: string | undefined
  /** The environment variable that the schema takes its url from. */
  readonly urlVariable: string | undefined
  readonly entities: readonly { readonly file: string; readonly yaml: string }[]
  /** What a person should look at. */
  readonly remarks: readonly string[]
}

/** Throws UsageError for a schema that Prisma itself would refuse, or one without models. */
export function importPrismaSchema(text: string, name: string): ImportedSchema {
  const schema = parsePrismaSchema(text, name)
  const models = schema.datamodel.models.filter((model) => !schema.views.has(model.name))
  if (models.length === 0) throw new UsageError(`${name} has no models`)
  const remarks = new Remarks()
  const context: ImportContext = {
    schema,
    models,
    names: new ImportNames(models, remarks),
    remarks,
  }
  for (const view of schema.views) remarks.add('a view, which is left out', view)
  for (const field of schema.unsupported)
    remarks.add('Prisma does not know the type, so it is left out', field)
  const foreignKeys = importRelations(context)
  const taken = new Set<string>()
  const documents = [
    ...models.map((model) => importModel(context, model, foreignKeys, taken)),
    ...importJoinEntities(context),
  ]
  const files = documents.map((document) => ({ file: fileOf(document), document }))
  return {
    provider: schema.provider,
    urlVariable: schema.urlVariable,
    entities: settleAccessors(files, printEntity, remarks).map(({ file, document }) => ({
      file,
      yaml: printEntity(document),
    })),
    remarks: remarks.lines(),
  }
}

function fileOf(document: Spec): string {
  return `${snakeCase(String(document['entity']))}.yaml`
}
