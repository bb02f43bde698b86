import type { StatementStructures } from 'ts-morph'
import { declareInterface } from './declarations.ts'
import type { EntityScope } from './entity-scope.ts'
import { inputValue } from './field-types.ts'
import { equalityInputs } from './operation-inputs.ts'
import { keyText, searchNames, sortNames } from './query-declarations.ts'
import { objectText } from './type-text.ts'

/** `<Entity>Types`: what the client's generic types are computed from. */
export function typesDeclaration(scope: EntityScope): StatementStructures {
  const { entity, name } = scope
  const [only, more] = entity.primaryKey
  const id = more === undefined ? entity.fields.get(only ?? '') : undefined
  const inputs = (['list', 'search', 'count', 'aggregate'] as const).map((operation) => ({
    name: operation,
    type: objectText(equalityInputs(entity.operations.get(operation), scope)),
  }))
  const properties: readonly (readonly [name: string, type: string])[] = [
    ['row', entity.name],
    ['id', id === undefined ? 'never' : inputValue(id, scope)],
    ['key', keyText(entity.primaryKey, scope)],
    ['unique', name('Unique')],
    ['create', name('Create')],
    ['createMany', name('CreateMany')],
    ['update', name('Update')],
    ['updateMany', name('UpdateMany')],
    ['system', name('System')],
    ['filter', name('Filter')],
    ['sort', sortNames(scope)],
    ['text', searchNames(scope)],
    ['relations', scope.relations.length === 0 ? '{}' : name('Relations')],
    ['aggregate', name('Aggregate')],
    ['inputs', objectText(inputs)],
  ]
  return declareInterface(
    name('Types'),
    properties.map(([key, type]) => ({ name: key, type })),
    { extends: ['dbal.EntityTypes'] },
  )
}
