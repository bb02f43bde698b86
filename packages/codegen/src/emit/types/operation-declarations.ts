// The operations of a spec beyond the standard ones, as methods of the accessor.
import type { OperationSpec } from '@proj/dbal-schema'
import type { StatementStructures } from 'ts-morph'
import { declareInterface, type Property } from './declarations.ts'
import type { EntityScope } from './entity-scope.ts'
import { bareInput, declaredInputs, operationInputName } from './operation-inputs.ts'

/** Typed by `EntityApi`, the same for every entity. */
const STANDARD: ReadonlySet<string> = new Set([
  'create',
  'create_many',
  'read',
  'update',
  'update_many',
  'upsert',
  'delete',
  'delete_many',
  'list',
  'search',
  'count',
  'aggregate',
])

/** In the spec's order. */
export function ownOperations(scope: EntityScope): readonly OperationSpec[] {
  return [...scope.entity.operations.values()].filter(
    ({ builtIn }) => builtIn === undefined || !STANDARD.has(builtIn),
  )
}

export function operationDeclarations(scope: EntityScope): StatementStructures[] {
  const operations = ownOperations(scope)
  if (operations.length === 0) return []
  return [
    ...operations.map((operation) =>
      declareInterface(operationInputName(operation, scope), declaredInputs(operation, scope)),
    ),
    declareInterface(
      scope.name('Operations'),
      operations.map((operation): Property => ({
        name: operation.method,
        type: methodType(operation, scope),
        readonly: true,
        doc: { text: operation.description },
      })),
    ),
  ]
}

function methodType(operation: OperationSpec, scope: EntityScope): string {
  const input = operationInputName(operation, scope)
  const bare = bareInput(operation, scope)
  const more = bare === undefined ? '' : `, ${bare}`
  if (operation.byField !== undefined) {
    const { output } = operation
    const many = output.kind === 'entity' && output.many && operation.builtIn !== 'read_by'
    const finder = many ? 'FindMany' : operation.builtIn === 'list_by' ? 'FindFirst' : 'FindOne'
    return `dbal.${finder}<${scope.name('Types')}, ${input}${more}>`
  }
  const output = outputText(operation)
  const required = declaredInputs(operation, scope).some(({ optional }) => optional !== true)
  return required
    ? `dbal.TypedOperation<${input}, ${output}${more}>`
    : `dbal.OptionalOperation<${input}, ${output}>`
}

export function outputText({ output }: OperationSpec): string {
  if (output.kind === 'entity') return output.many ? `${output.entity}[]` : output.entity
  switch (output.type) {
    case 'integer':
    case 'float':
      return 'number'
    case 'json':
      return 'dbal.JsonValue'
    default:
      return output.type
  }
}
