// Every value of a new row, made in one place so that all engines agree to the millisecond.
import {
  canonicalValue,
  decodeValue,
  newRow,
  type FieldError,
  type Principal,
  type Row,
  type Value,
} from '@proj/dbal-contract'
import type { Entity, Field } from '@proj/dbal-schema'
import { newCuid, newUuid } from './ids.ts'

export interface FillContext {
  readonly principal: Principal
  readonly now: Date
}

/**
 * `data` is canonical already and has fields only; where it has them all, it is the row. Problems (a claim that does not
 * fit its field) go to `errors`.
 */
export function fillRow(
  entity: Entity,
  data: Readonly<Record<string, Value>>,
  context: FillContext,
  errors: FieldError[],
): Row {
  const fields = fieldsOf(entity)
  if (fields.every(({ name }) => isGiven(data, name))) return data
  // Field by field, so that all rows of an entity are of one shape.
  const row = newRow() as Row
  for (const field of fields) {
    const { name } = field
    row[name] = isGiven(data, name) ? (data[name] as Value) : fill(entity, field, context, errors)
  }
  return row
}

/** Every field is an own name of a row, so that nothing is read from its prototype. */
function isGiven(data: Readonly<Record<string, Value>>, name: string): boolean {
  return Object.hasOwn(data, name) && data[name] !== undefined
}

const known = new WeakMap<Entity, readonly Field[]>()

function fieldsOf(entity: Entity): readonly Field[] {
  let fields = known.get(entity)
  if (fields === undefined) {
    fields = [...entity.fields.values()]
    known.set(entity, fields)
  }
  return fields
}

function fill(entity: Entity, field: Field, context: FillContext, errors: FieldError[]): Value {
  if (field.generated) return generate(field, context.now)
  if (field.autoUpdate) return instant(field, context.now)
  if (field.default !== undefined) return fillDefault(field, context, errors)
  // The lock counts from 1 unless the spec or the caller says otherwise.
  if (entity.optimisticLock === field.name) return field.type === 'bigint' ? 1n : 1
  if (!field.nullable) errors.push({ field: field.name, error: 'is required' })
  return null
}

function generate(field: Field, now: Date): Value {
  if (field.type === 'cuid') return newCuid(now.getTime())
  return field.type === 'datetime' || field.type === 'bigint' ? instant(field, now) : newUuid()
}

/** The moment in the field's own type: bigint holds epoch milliseconds. */
export function instant(field: Field, now: Date): Value {
  switch (field.type) {
    case 'bigint':
      return BigInt(now.getTime())
    case 'date':
      return now.toISOString().slice(0, 10)
    case 'time':
      return now.toISOString().slice(11, 19)
    case 'integer':
      return Math.floor(now.getTime() / 1000)
    default:
      return now
  }
}

function fillDefault(field: Field, context: FillContext, errors: FieldError[]): Value {
  const source = field.default
  if (source === undefined) return null
  if (source.kind === 'now') return instant(field, context.now)
  if (source.kind === 'uuid') return newUuid()
  // A default of the spec is in wire form: a bigint is text, bytes are base64.
  const claim = source.kind === 'user' ? context.principal.claims.get(source.claim) : undefined
  if (source.kind === 'user' && claim === undefined) {
    if (!field.nullable)
      errors.push({
        field: field.name,
        error: `is required: its default is the caller's ${source.claim}, and there is none: send it`,
      })
    return null
  }
  const checked =
    source.kind === 'user' ? canonicalValue(field, claim ?? null) : decodeValue(field, source.value)
  if (checked.ok) return checked.value
  errors.push({ field: field.name, error: checked.error })
  return null
}
