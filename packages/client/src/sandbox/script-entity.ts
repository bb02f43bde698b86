// What an entity's rows hold of code, told by its shape: a script is a text field `code`, a workflow is
// the JSON fields `nodes` and `edges`.
import type { Entity, OperationSpec } from '@proj/dbal-schema'

export type Language = 'lua' | 'javascript'

const CODE = 'code'

/** The field that holds a script; undefined for an entity whose texts are only shown. */
export function codeFieldOf({ security, fields }: Entity): string | undefined {
  const field = fields.get(CODE)
  const isText = field?.type === 'text' || field?.type === 'string'
  return security.sandboxRequired && isText ? CODE : undefined
}

export function isWorkflow({ security, fields }: Entity): boolean {
  const isJson = (name: string): boolean => fields.get(name)?.type === 'json'
  return security.sandboxRequired && isJson('nodes') && isJson('edges')
}

/** A `language` of the row decides, else the entity's name; Lua unless either says JavaScript. */
export function languageOf({ name }: Entity, row: Readonly<Record<string, unknown>>): Language {
  const said = typeof row['language'] === 'string' ? row['language'] : name
  return /javascript|^js$|^Js[A-Z]|^JS[A-Z]/i.test(said) ? 'javascript' : 'lua'
}

/** The input that names the row, by a unique field. */
export function keyInputOf(entity: Entity, operation: OperationSpec): string | undefined {
  return operation.input.find(({ name }) =>
    entity.uniques.some((key) => key.length === 1 && key[0] === name),
  )?.name
}

/** The input that is handed to the code: the first one that is no field. */
export function argumentOf(entity: Entity, operation: OperationSpec): string | undefined {
  return operation.input.find(({ name }) => !entity.fields.has(name))?.name
}
