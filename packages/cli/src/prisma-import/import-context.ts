import type { DmmfField, DmmfModel } from './dmmf.ts'
import type { ImportNames } from './import-names.ts'
import type { ParsedSchema } from './parse-prisma-schema.ts'
import type { Remarks } from './remarks.ts'

/** What the parts of one import share. */
export interface ImportContext {
  readonly schema: ParsedSchema
  /** Without views. */
  readonly models: readonly DmmfModel[]
  readonly names: ImportNames
  readonly remarks: Remarks
}

/** A part of a document, as YAML will have it. */
export type Spec = Readonly<Record<string, unknown>>

export function findModel({ models }: ImportContext, name: string): DmmfModel | undefined {
  return models.find((model) => model.name === name)
}

export function findField(model: DmmfModel, name: string): DmmfField | undefined {
  return model.fields.find((field) => field.name === name)
}

/** The relation whose only key is the field. */
export function relationOver(model: DmmfModel, field: DmmfField): DmmfField | undefined {
  return model.fields.find(
    ({ relationFromFields: keys = [] }) => keys.length === 1 && keys[0] === field.name,
  )
}
