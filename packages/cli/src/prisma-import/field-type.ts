// A column's type in the contract: what it points at decides first, then how its default is made, then
// its native type, then Prisma's own.
import { defaultCall, type DmmfField, type DmmfModel } from './dmmf.ts'
import { findField, findModel, type ImportContext, type Spec } from './import-context.ts'

/** `{ type, … }`. */
export function fieldType(
  context: ImportContext,
  model: DmmfModel,
  field: DmmfField,
  seen: ReadonlySet<DmmfField> = new Set(),
): Spec {
  const end = pointedAt(context, model, field)
  // Both ends of a foreign key are of one type.
  if (end !== undefined && !seen.has(field))
    return fieldType(context, end.target, end.key, new Set([...seen, field]))
  if (field.kind === 'enum') return { type: 'enum', values: enumValues(context, field) }
  if (field.type === 'String') return textType(context, model, field)
  if (field.type === 'Decimal') return decimalType(context, model, field)
  if (field.type === 'DateTime') return { type: momentType(field) }
  return { type: PLAIN.get(field.type) ?? 'json' }
}

/** The field at the other end of a relation that the field is part of. */
function pointedAt(
  context: ImportContext,
  model: DmmfModel,
  field: DmmfField,
): { readonly target: DmmfModel; readonly key: DmmfField } | undefined {
  for (const { type, relationFromFields = [], relationToFields = [] } of model.fields) {
    const position = relationFromFields.indexOf(field.name)
    const target = position === -1 ? undefined : findModel(context, type)
    const key = target && findField(target, relationToFields[position] ?? '')
    if (target !== undefined && key !== undefined) return { target, key }
  }
  return undefined
}

const PLAIN: ReadonlyMap<string, string> = new Map([
  ['Int', 'integer'],
  ['BigInt', 'bigint'],
  ['Float', 'float'],
  ['Boolean', 'boolean'],
  ['Json', 'json'],
  ['Bytes', 'bytes'],
])

const SIZED: ReadonlySet<string> = new Set(['VarChar', 'Char', 'NVarChar', 'NChar', 'String'])
const SHORT: ReadonlySet<string> = new Set(['Inet', 'Bit', 'VarBit'])

function textType(context: ImportContext, model: DmmfModel, field: DmmfField): Spec {
  const [native = '', args = []] = field.nativeType ?? []
  const call = defaultCall(field)
  if (native === 'Uuid' || isUuidCall(field)) return { type: 'uuid' }
  if (call?.name === 'cuid' && field.isId) return { type: 'cuid' }
  if (native === 'Citext')
    context.remarks.add(
      'compared without regard to case in Prisma, and with it here',
      `${model.name}.${field.name}`,
    )
  const length = Number(args[0])
  if (SIZED.has(native) && Number.isInteger(length)) return { type: 'string', max_length: length }
  if (SHORT.has(native)) return { type: 'string' }
  const isKey =
    field.isId || field.isUnique || call !== undefined || isIndexed(context, model, field)
  // A String without a length is text in every database but MySQL; keys are short.
  return { type: isKey && native === '' ? 'string' : 'text' }
}

export function isUuidCall(field: DmmfField): boolean {
  const call = defaultCall(field)
  if (call?.name === 'uuid') return true
  return call?.name === 'dbgenerated' && /uuid|newid/i.test(String(call.args[0]))
}

function isIndexed({ schema }: ImportContext, model: DmmfModel, field: DmmfField): boolean {
  return schema.datamodel.indexes.some(
    (index) =>
      index.model === model.name &&
      index.type !== 'fulltext' &&
      index.fields.some(({ name }) => name === field.name),
  )
}

const MAX_PRECISION = 38

function decimalType({ remarks }: ImportContext, model: DmmfModel, field: DmmfField): Spec {
  const [native, args = []] = field.nativeType ?? []
  const [precision, scale = 0] = args.map(Number)
  if (native === 'Money') return { type: 'decimal', precision: 19, scale: 2 }
  const subject = `${model.name}.${field.name}`
  if (precision === undefined) {
    remarks.add(
      'decimals of 20 digits, 6 after the point, until precision and scale say more',
      subject,
    )
    return { type: 'decimal' }
  }
  if (precision > MAX_PRECISION)
    remarks.add(`decimals have at most ${MAX_PRECISION} digits`, subject)
  const digits = Math.min(precision, MAX_PRECISION)
  return { type: 'decimal', precision: digits, scale: Math.min(scale, digits) }
}

function momentType(field: DmmfField): string {
  const native = field.nativeType?.[0]
  if (native === 'Date') return 'date'
  return native === 'Time' || native === 'Timetz' ? 'time' : 'datetime'
}

/** As they are stored. */
function enumValues({ schema }: ImportContext, field: DmmfField): readonly string[] {
  const found = schema.datamodel.enums.find(({ name }) => name === field.type)
  return (found?.values ?? []).map(({ name, dbName }) => dbName ?? name)
}

/** What is stored for a value of the enum that Prisma calls so. */
export function enumValue({ schema }: ImportContext, field: DmmfField, name: unknown): unknown {
  const found = schema.datamodel.enums.find((each) => each.name === field.type)
  return found?.values.find((value) => value.name === name)?.dbName ?? name
}
