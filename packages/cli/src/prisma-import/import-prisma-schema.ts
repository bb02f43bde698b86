// An existing schema.prisma as entities of the contract, tables and columns named as they are in the
// database. What has no counterpart is left out and said.
import { snakeCase } from '@proj/dbal-schema'
import { UsageError } from '../command-failure.ts'
import type { ImportContext, Spec } from './import-context.ts'
import { importJoinEntities } from './import-join-entities.ts'
import { importModel } from './import-model.ts'
import { ImportNames } from './import-names.ts'
import { importRelations } from './import-relations.ts'
import { parsePrismaSchema, type PrismaFile } from './parse-prisma-schema.ts'
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
export function importPrismaSchema(files: readonly PrismaFile[], name: string): ImportedSchema {
  const schema = parsePrismaSchema(files, name)
  const models = schema.datamodel.models.filter((model) => !schema.views.has(model.name))
  if (models.length === 0)
    throw new UsageError(
      `${name} has no models; of a schema in several files, give the folder that holds them all`,
    )
  const remarks = new Remarks()
  const context: ImportContext = {
    schema,
    models,
    names: new ImportNames(models, remarks),
    remarks,
  }
  for (const view of schema.views) remarks.add('a view, which is left out', view)
  const { unsupported, ignored, elsewhere } = schema.unread
  for (const field of unsupported)
    remarks.add('Prisma does not know the type, so it is left out', field)
  for (const part of ignored) remarks.add('marked as ignored, so it is left out', part)
  for (const { model, schema: place } of elsewhere)
    remarks.add(
      `in the schema "${place}" of the database; DBAL looks for tables in that of the connection only`,
      model,
    )
  const foreignKeys = importRelations(context)
  const taken = new Set<string>()
  const documents = [
    ...models.map((model) => importModel(context, model, foreignKeys, taken)),
    ...importJoinEntities(context),
  ]
  const drafts = documents.map((document) => ({ file: fileOf(document), document }))
  return {
    provider: schema.provider,
    urlVariable: schema.urlVariable,
    entities: settleAccessors(drafts, printEntity, remarks).map(({ file, document }) => ({
      file,
      yaml: printEntity(document),
    })),
    remarks: remarks.lines(),
  }
}

function fileOf(document: Spec): string {
  return `${snakeCase(String(document['entity']))}.yaml`
}
