// What fills a column that the caller leaves out, in the words of the contract.
import { defaultCall, type DefaultCall, type DmmfField, type DmmfModel } from './dmmf.ts'
import { enumValue, isUuidCall } from './field-type.ts'
import type { ImportContext, Spec } from './import-context.ts'

const UUID_LENGTH = 36

/** Keys that fill the field; none where the caller has to send it, with a remark where Prisma did not ask for it. */
export function fieldDefault(
  context: ImportContext,
  model: DmmfModel,
  field: DmmfField,
  type: Spec,
): Spec {
  if (field.isUpdatedAt === true)
    return type['type'] === 'datetime' ? { auto_update: true } : { default: { now: true } }
  const call = defaultCall(field)
  if (call !== undefined) return callDefault(context, model, field, type, call)
  if (field.default === undefined || field.default === null) return {}
  return { default: literal(context, field, type, field.default) }
}

function callDefault(
  { remarks }: ImportContext,
  model: DmmfModel,
  field: DmmfField,
  type: Spec,
  call: DefaultCall,
): Spec {
  const subject = `${model.name}.${field.name}`
  if (isNow(call) && ['datetime', 'date', 'time'].includes(String(type['type']))) {
    const isCreation = type['type'] === 'datetime' && /^(?:created|inserted)/i.test(field.name)
    return isCreation ? { generated: true, immutable: true } : { default: { now: true } }
  }
  if (isUuidCall(field) && type['type'] === 'uuid')
    return field.isId ? { generated: true } : { default: { uuid: true } }
  if (call.name === 'cuid' && type['type'] === 'cuid') return { generated: true }
  if (['cuid', 'ulid', 'nanoid'].includes(call.name) && takesUuid(type)) {
    remarks.add(
      `filled with uuids, since ${call.name}() is for ids that are made elsewhere`,
      subject,
    )
    return { default: { uuid: true } }
  }
  const isCounted = call.name === 'autoincrement' || call.name === 'sequence'
  remarks.add(
    isCounted
      ? 'counted by the database in Prisma; here the number has to be sent with each create. Where there are no rows yet, a uuid with `generated: true` is simpler'
      : `the default ${call.name}() is the database's own; the value has to be sent with each create`,
    subject,
  )
  return {}
}

function isNow({ name, args }: DefaultCall): boolean {
  return name === 'now' || (name === 'dbgenerated' && /now\(|current_/i.test(String(args[0])))
}

function takesUuid(type: Spec): boolean {
  const length = type['max_length']
  return type['type'] === 'string' && (typeof length !== 'number' || length >= UUID_LENGTH)
}

function literal(context: ImportContext, field: DmmfField, type: Spec, value: unknown): unknown {
  if (field.kind === 'enum') return enumValue(context, field, value)
  const text = String(value)
  switch (type['type']) {
    case 'json':
      return JSON.parse(text)
    case 'decimal':
      return text
    case 'datetime':
      return new Date(text).toISOString()
    case 'date':
      return new Date(text).toISOString().slice(0, 10)
    case 'time':
      return new Date(text).toISOString().slice(11, 19)
    default:
      return value
  }
}
