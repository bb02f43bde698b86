// What results of an entity hold, and the values of its enums.
import type { Field } from '@proj/dbal-schema'
import type { StatementStructures } from 'ts-morph'
import { declareInterface, declareType, type Doc } from './declarations.ts'
import type { EntityScope } from './entity-scope.ts'
import { resultType } from './field-types.ts'
import { union } from './type-text.ts'

export function rowDeclarations(scope: EntityScope): StatementStructures[] {
  const { access, entity, names } = scope
  const enums = [...entity.fields.values()].filter(({ type }) => type === 'enum')
  return [
    declareInterface(
      entity.name,
      access.shown.map((field) => ({
        name: field.name,
        type: resultType(field, scope),
        optional: !access.isAlwaysShown(field),
        doc: fieldDoc(field),
      })),
      { doc: { text: entity.description } },
    ),
    ...enums.map((field) =>
      declareType(names.enumOf(entity.name, field.name), union(field.values ?? []), {
        text: field.description,
      }),
    ),
  ]
}

export function fieldDoc({ description, deprecated }: Field): Doc {
  return { text: description, deprecated }
}
