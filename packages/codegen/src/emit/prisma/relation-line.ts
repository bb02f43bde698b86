import { foreignKeyName } from '@proj/dbal-sql'
import type { Model, ReferentialAction, Relation } from '@proj/dbal-schema'
import type { Provider } from '../../generated-file.ts'
import { quoteText } from './default-text.ts'
import { memberNames, modelNames } from './prisma-names.ts'

const ACTIONS: Readonly<Record<ReferentialAction, string>> = {
  restrict: 'Restrict',
  cascade: 'Cascade',
  set_null: 'SetNull',
  set_default: 'SetDefault',
  no_action: 'NoAction',
}

/** Type and attribute of a relation field; both ends carry the same relation name. */
export function relationParts(
  model: Model,
  relation: Relation,
  provider: Provider,
): readonly [type: string, attribute: string] {
  const target = modelNames(model).get(relation.target) ?? relation.target
  const own = relation.owning ? relation : { entity: relation.target, name: relation.inverse }
  const name = quoteText(`${own.entity}_${own.name}`)
  if (!relation.owning) {
    return [`${target}${relation.cardinality === 'many' ? '[]' : '?'}`, `@relation(${name})`]
  }
  const entity = model.entities.get(relation.entity)
  const field = entity?.fields.get(relation.from)
  const key = field?.foreignKey
  if (entity === undefined || field === undefined || key === undefined) {
    throw new RangeError(`${relation.entity}.${relation.name} has no foreign key`)
  }
  const parts = [
    name,
    `fields: [${memberName(model, relation.entity, relation.from)}]`,
    `references: [${memberName(model, relation.target, relation.to)}]`,
    `onDelete: ${actionOf(key.onDelete, provider)}`,
    `onUpdate: ${actionOf(key.onUpdate, provider)}`,
    // SQLite's foreign keys have no names for Prisma.
    ...(provider === 'sqlite' ? [] : [`map: ${quoteText(foreignKeyName(entity, field))}`]),
  ]
  return [`${target}${field.nullable ? '?' : ''}`, `@relation(${parts.join(', ')})`]
}

/** As the tables have it: SQLite's RESTRICT looks too early. */
function actionOf(action: ReferentialAction, provider: Provider): string {
  return ACTIONS[provider === 'sqlite' && action === 'restrict' ? 'no_action' : action]
}

function memberName(model: Model, entityName: string, field: string): string {
  const entity = model.entities.get(entityName)
  if (entity === undefined) return field
  return memberNames([...entity.fields.keys(), ...entity.relations.keys()]).get(field) ?? field
}
