// One model as the document of an entity: its fields, its key and its indexes.
import { isName } from '@proj/dbal-schema'
import { isColumn, type DmmfField, type DmmfIndex, type DmmfModel } from './dmmf.ts'
import { fieldDefault } from './field-default.ts'
import { enumValue, fieldType } from './field-type.ts'
import { findField, type ImportContext, type Spec } from './import-context.ts'
import type { ForeignKeys } from './import-relations.ts'

export function importModel(
  context: ImportContext,
  model: DmmfModel,
  foreignKeys: ForeignKeys,
  takenIndexes: Set<string>,
): Spec {
  const { names, remarks } = context
  const key = primaryKey(context, model)
  const columns = model.fields.filter(isColumn)
  const fields = columns.map((field) => [
    names.key(field),
    importField(context, model, field, key, foreignKeys.get(field)),
  ])
  const indexes = importIndexes(context, model, key, takenIndexes)
  const table = model.dbName ?? model.name
  if (!isName(table)) remarks.add('the table cannot keep its name', model.name)
  return {
    entity: names.entity(model.name),
    ...(model.documentation === undefined ? {} : { description: model.documentation }),
    ...(isName(table) ? { table } : {}),
    ...(key.length > 1 ? { primary_key: key.map((field) => names.key(field)) } : {}),
    fields: Object.fromEntries(fields) as Spec,
    ...(indexes.length > 0 ? { indexes } : {}),
  }
}

/** Prisma does with a unique field where there is no id; here that is the key. */
function primaryKey({ schema, remarks }: ImportContext, model: DmmfModel): readonly DmmfField[] {
  const id = model.fields.filter((field) => field.isId)
  if (id.length > 0) return id
  const find = (name: string): DmmfField[] => {
    const field = findField(model, name)
    return field === undefined ? [] : [field]
  }
  if (model.primaryKey !== null) return model.primaryKey.fields.flatMap(find)
  const candidates = schema.datamodel.indexes
    .filter((index) => index.model === model.name && index.type === 'unique')
    .map((index) => index.fields.flatMap(({ name }) => find(name)))
    .filter((fields) => fields.every((field) => field.isRequired))
  const [shortest = []] = candidates.sort((a, b) => a.length - b.length)
  const shown = shortest.map(({ name }) => name).join(', ')
  remarks.add(`without @id in Prisma; (${shown}) became the primary key`, model.name)
  return shortest
}

function importField(
  context: ImportContext,
  model: DmmfModel,
  field: DmmfField,
  key: readonly DmmfField[],
  foreignKey: Spec | undefined,
): Spec {
  const described = field.documentation === undefined ? {} : { description: field.documentation }
  if (field.isList) return { ...importList(context, model, field), ...described }
  const type = fieldType(context, model, field)
  const fill = fieldDefault(context, model, field, type)
  const isPrimary = key.includes(field)
  const isAlone = isPrimary && key.length === 1
  const isFilled = Object.keys(fill).length > 0
  return {
    ...type,
    ...(isAlone ? { primary: true } : {}),
    ...(field.isRequired && !isFilled && !isPrimary ? { required: true } : {}),
    ...(field.isRequired ? {} : { nullable: true }),
    ...(!isAlone && isUniqueAlone(context, model, field) ? { unique: true } : {}),
    ...fill,
    ...(foreignKey === undefined ? {} : { foreign_key: foreignKey }),
    ...described,
  }
}

/** `@unique`, or `@@unique` of this field only. A json value identifies nothing. */
function isUniqueAlone({ schema }: ImportContext, model: DmmfModel, field: DmmfField): boolean {
  if (field.type === 'Json') return false
  return (
    field.isUnique ||
    schema.datamodel.indexes.some(
      ({ model: of, type, fields }) =>
        of === model.name &&
        type === 'unique' &&
        fields.length === 1 &&
        fields[0]?.name === field.name,
    )
  )
}

function isKeyAlone(
  context: ImportContext,
  model: DmmfModel,
  field: DmmfField,
  key: readonly DmmfField[],
): boolean {
  return (key.length === 1 && key[0] === field) || isUniqueAlone(context, model, field)
}

function importList(context: ImportContext, model: DmmfModel, field: DmmfField): Spec {
  context.remarks.add('a list, which is kept as json', `${model.name}.${field.name}`)
  const given: readonly unknown[] = Array.isArray(field.default) ? field.default : []
  return { type: 'json', default: given.map((value) => enumValue(context, field, value)) }
}

function importIndexes(
  context: ImportContext,
  model: DmmfModel,
  key: readonly DmmfField[],
  taken: Set<string>,
): readonly Spec[] {
  const { schema, names, remarks } = context
  const seen = new Set<string>()
  return schema.datamodel.indexes.flatMap((index) => {
    const { model: of, type, fields: parts, dbName = '' } = index
    if (of !== model.name || type === 'id') return []
    const fields = parts.flatMap(({ name }) => findField(model, name) ?? [])
    const keys = fields.map((field) => names.key(field))
    const isUnique = type === 'unique'
    const id = `${isUnique} ${keys.join(' ')}`
    const isKey = fields.length === key.length && fields.every((field) => key.includes(field))
    // A unique field says so itself.
    if (seen.has(id) || (isUnique && (fields.length === 1 || isKey))) return []
    seen.add(id)
    if (fields.length < parts.length || fields.some((field) => field.isList || !isColumn(field))) {
      remarks.add('an index over what has no counterpart is left out', model.name)
      return []
    }
    if (saysHow(index))
      remarks.add(
        'an index keeps its fields; their order, length and operators are left out',
        `${model.name} (${keys.join(', ')})`,
      )
    // Names of indexes are unique in a workspace; some engines ask for less.
    const isFree = isName(dbName) && !taken.has(dbName.toLowerCase())
    if (isFree) taken.add(dbName.toLowerCase())
    const kind = type === 'fulltext' ? type : index.algorithm?.toLowerCase()
    // With a unique field in it, it forbids nothing more.
    const isRedundant = fields.some((field) => isKeyAlone(context, model, field, key))
    return [
      {
        fields: keys,
        ...(isUnique && !isRedundant ? { unique: true } : {}),
        ...(kind === undefined ? {} : { kind }),
        ...(isFree ? { name: dbName } : {}),
      },
    ]
  })
}

function saysHow({ fields }: DmmfIndex): boolean {
  return fields.some(
    ({ sortOrder, length, operatorClass }) =>
      sortOrder === 'desc' || length !== undefined || operatorClass !== undefined,
  )
}
