// Inputs of operations: what a spec declares, as object types.
import type { InputSpec, OperationSpec } from '@proj/dbal-schema'
import type { Property } from './declarations.ts'
import type { EntityScope } from './entity-scope.ts'
import { filterType, inputType } from './field-types.ts'
import { quote } from './type-text.ts'

/** Names that standard operations give a meaning of their own. */
const OPTIONS: ReadonlySet<string> = new Set([
  'filter',
  'sort',
  'select',
  'include',
  'distinct',
  'limit',
  'page',
  'cursor',
  'count',
  'query',
  'fields',
  'groupBy',
  'sum',
  'avg',
  'min',
  'max',
  'having',
])

/** Fields that a spec declares for list, search, count or aggregate: each must be equal, or pass an operator. */
export function equalityInputs(
  operation: OperationSpec | undefined,
  scope: EntityScope,
): Property[] {
  return (operation?.input ?? []).flatMap((input) => {
    const field = scope.entity.fields.get(input.field ?? '')
    if (field === undefined || OPTIONS.has(input.name)) return []
    return [{ name: input.name, type: filterType(field, scope), optional: true }]
  })
}

/** All declared inputs; of those beside `byField`, options of a list are the list's own. */
export function declaredInputs(operation: OperationSpec, scope: EntityScope): Property[] {
  const own = operation.input
    .filter(({ name }) => operation.byField === undefined || !OPTIONS.has(name))
    .map((input) => ({
      name: input.name,
      type: inputText(input, operation, scope),
      optional: !input.required && input.name !== operation.byField,
    }))
  const key = scope.entity.fields.get(operation.byField ?? '')
  if (key === undefined || own.some(({ name }) => name === key.name)) return own
  return [{ name: key.name, type: inputType(key, scope), optional: false }, ...own]
}

function inputText(input: InputSpec, operation: OperationSpec, scope: EntityScope): string {
  const { entity, names } = scope
  if (operation.builtIn === 'reorder' && input.type === 'list') return reorderItems(scope)
  const field = entity.fields.get(input.field ?? '')
  if (field !== undefined) return inputType(field, scope)
  const type = scalarText(input, names.global('Uint8Array'))
  return input.nullable === true ? `${type} | null` : type
}

function reorderItems(scope: EntityScope): string {
  const [id] = scope.entity.primaryKey
  const key = scope.entity.fields.get(id ?? '')
  const type = key === undefined ? 'string' : inputType(key, scope)
  return `readonly { id: ${type}; order: number }[]`
}

function scalarText({ type }: InputSpec, bytes: string): string {
  switch (type) {
    case 'integer':
    case 'float':
      return 'number'
    case 'bigint':
      return 'dbal.BigIntInput'
    case 'boolean':
      return 'boolean'
    case 'datetime':
      return 'dbal.DateTimeInput'
    case 'bytes':
      return bytes
    case 'json':
      return 'dbal.JsonValue'
    case 'list':
      return 'readonly unknown[]'
    case 'object':
      return 'object'
    default:
      return 'string'
  }
}

/** The type of the one required input, which may be passed without its name; otherwise undefined. */
export function bareInput(operation: OperationSpec, scope: EntityScope): string | undefined {
  const required = declaredInputs(operation, scope).filter(({ optional }) => optional !== true)
  const [only] = required
  if (only === undefined || required.length > 1) return undefined
  const input = operation.input.find(({ name }) => name === only.name)
  const isObject = input?.type === 'object' || input?.type === 'json'
  return isObject ? undefined : `${operationInputName(operation, scope)}[${quote(only.name)}]`
}

export function operationInputName(
  { method }: OperationSpec,
  { entity, names }: EntityScope,
): string {
  return names.inputOf(entity.name, method)
}
