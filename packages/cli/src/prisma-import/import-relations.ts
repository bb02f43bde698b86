// Foreign keys of the contract from Prisma's relation fields. Names are settled for all models first:
// a relation may not take the name of a field, nor of another relation of its entity.
import { camelCase } from '@proj/dbal-schema'
import type { DmmfField, DmmfModel } from './dmmf.ts'
import {
  findField,
  findModel,
  relationOver,
  type ImportContext,
  type Spec,
} from './import-context.ts'

/** By the field that holds the key. */
export type ForeignKeys = ReadonlyMap<DmmfField, Spec>

interface Link {
  readonly model: DmmfModel
  readonly field: DmmfField
  readonly relation: DmmfField
  readonly target: DmmfModel
}

export function importRelations(context: ImportContext): ForeignKeys {
  const links = context.models.flatMap((model) => linksOf(context, model))
  const { names } = context
  // Relations first, their inverses after: who holds the key keeps the name.
  const named = links.map((link) => ({
    ...link,
    name: names.claimMember(link.model.name, link.relation.name, camelCase(link.target.name)),
  }))
  return new Map(named.map((link) => [link.field, importLink(context, link)]))
}

function linksOf(context: ImportContext, model: DmmfModel): Link[] {
  return model.fields.flatMap((relation) => {
    const keys = relation.relationFromFields ?? []
    const target = findModel(context, relation.type)
    const field = findField(model, keys[0] ?? '')
    if (target === undefined || field === undefined) return []
    const subject = `${model.name}.${relation.name}`
    if (keys.length > 1) {
      context.remarks.add('a foreign key has one field here: the relation is left out', subject)
      return []
    }
    if (relationOver(model, field) !== relation) {
      context.remarks.add('its field already has a foreign key: the relation is left out', subject)
      return []
    }
    return [{ model, field, relation, target }]
  })
}

function importLink(context: ImportContext, link: Link & { readonly name: string }): Spec {
  const { model, field, relation, target, name } = link
  const { names } = context
  const key = findField(target, relation.relationToFields?.[0] ?? '')
  const inverse = target.fields.find(
    (each) =>
      each.relationName === relation.relationName &&
      each !== relation &&
      (each.relationFromFields?.length ?? 0) === 0,
  )
  return {
    entity: names.entity(target.name),
    ...(key === undefined ? {} : { field: names.key(key) }),
    on_delete: action(context, link, relation.relationOnDelete, onDeleteOf(field)),
    on_update: action(context, link, relation.relationOnUpdate, 'cascade'),
    name,
    inverse: names.claimMember(target.name, inverse?.name ?? `${camelCase(model.name)}Rows`),
  }
}

/** What Prisma does where nothing is said. */
function onDeleteOf(field: DmmfField): string {
  return field.isRequired ? 'restrict' : 'set_null'
}

const ACTIONS: ReadonlyMap<string, string> = new Map([
  ['Cascade', 'cascade'],
  ['Restrict', 'restrict'],
  ['SetNull', 'set_null'],
  ['SetDefault', 'set_default'],
  ['NoAction', 'no_action'],
])

function action(
  { remarks }: ImportContext,
  { model, field, relation }: Link,
  word: string | undefined,
  otherwise: string,
): string {
  const found = ACTIONS.get(word ?? '') ?? otherwise
  const hasLiteral = field.default !== undefined && typeof field.default !== 'object'
  const holds =
    (found !== 'set_null' || !field.isRequired) && (found !== 'set_default' || hasLiteral)
  if (holds) return found
  remarks.add(
    `${found} cannot hold for this field, so it became restrict`,
    `${model.name}.${relation.name}`,
  )
  return 'restrict'
}
