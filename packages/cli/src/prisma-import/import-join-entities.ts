// Implicit many-to-many relations: Prisma keeps a table of two columns for each, which is an entity here.
import type { DmmfField, DmmfModel } from './dmmf.ts'
import { camelCase } from '@proj/dbal-schema'
import { fieldType } from './field-type.ts'
import { findModel, type ImportContext, type Spec } from './import-context.ts'

interface Side {
  readonly model: DmmfModel
  readonly field: DmmfField
}

/** A document for each; table and columns are those that Prisma made. */
export function importJoinEntities(context: ImportContext): readonly Spec[] {
  const sides = context.models.flatMap((model) =>
    model.fields
      .filter((field) => isImplicitMany(context, field))
      .map((field): Side => ({ model, field })),
  )
  const relations = new Map<string, Side[]>()
  for (const side of sides) {
    const name = side.field.relationName ?? ''
    relations.set(name, [...(relations.get(name) ?? []), side])
  }
  return [...relations].flatMap(([name, [one, other]]) =>
    one === undefined || other === undefined ? [] : [joinEntity(context, name, one, other)],
  )
}

/** A list on both sides, with no model between. */
function isImplicitMany(context: ImportContext, field: DmmfField): boolean {
  if (field.kind !== 'object' || !field.isList) return false
  const other = findModel(context, field.type)?.fields.find(
    (each) => each.relationName === field.relationName && each !== field,
  )
  return other?.isList === true
}

function joinEntity(context: ImportContext, name: string, one: Side, other: Side): Spec {
  // Column A is for the model, of one model the field, that comes first in the alphabet.
  const [a, b] = sortKey(one) < sortKey(other) ? [one, other] : [other, one]
  const isSelf = a.model === b.model
  const entity = context.names.claimEntity(name)
  context.remarks.add(
    `a many-to-many relation became the entity ${entity}, one row for each pair`,
    `${a.model.name}.${a.field.name}`,
  )
  const key = (side: Side, suffix: string): Spec => {
    const id = side.model.fields.find((field) => field.isId)
    const target = camelCase(side.model.name)
    return {
      ...(id === undefined ? { type: 'uuid' } : fieldType(context, side.model, id)),
      foreign_key: {
        entity: context.names.entity(side.model.name),
        on_delete: 'cascade',
        on_update: 'cascade',
        name: isSelf ? `${target}${suffix}` : target,
        inverse: context.names.claimMember(side.model.name, side.field.name),
      },
    }
  }
  return {
    entity,
    table: `_${name}`,
    primary_key: ['A', 'B'],
    fields: { A: key(a, 'A'), B: key(b, 'B') },
    indexes: [{ fields: ['B'] }],
  }
}

function sortKey({ model, field }: Side): string {
  return `${model.name} ${field.name}`
}
