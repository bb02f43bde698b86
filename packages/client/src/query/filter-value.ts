import { canonicalValue, type Value } from '@proj/dbal-contract'
import type { Field } from '@proj/dbal-schema'
import type { QueryBuilder } from './query-builder.ts'

const relaxed = new WeakMap<Field, Field>()

/** Lengths, patterns and bounds limit what is stored, not what may be looked for. */
export function relax(field: Field): Field {
  let free = relaxed.get(field)
  if (free === undefined) {
    const { min, max, minLength, maxLength, pattern, ...rest } = field
    void [min, max, minLength, maxLength, pattern]
    free = { ...rest, type: isText(field) ? 'text' : field.type, nullable: false }
    relaxed.set(field, free)
  }
  return free
}

function isText(field: Field): boolean {
  return ['string', 'email', 'url', 'cuid'].includes(field.type)
}

const TEXT: Field = {
  name: '',
  column: '',
  type: 'text',
  primary: false,
  generated: false,
  required: true,
  nullable: false,
  unique: false,
  immutable: false,
  sensitive: false,
  autoUpdate: false,
}

/** Text to look for, as every engine can bind it; a problem is reported and gives undefined. */
export function textValue(value: unknown, builder: QueryBuilder, path: string): Value | undefined {
  const checked = canonicalValue(TEXT, value)
  if (checked.ok) return checked.value
  builder.fail(path, checked.error)
  return undefined
}

/** A value to compare the field with, in canonical form; a problem is reported and gives undefined. */
export function filterValue(
  field: Field,
  value: unknown,
  builder: QueryBuilder,
  path: string,
): Value | undefined {
  if (value === undefined) {
    builder.fail(path, 'is undefined')
    return undefined
  }
  const checked = canonicalValue(relax(field), value)
  if (checked.ok) return checked.value
  builder.fail(path, checked.error)
  return undefined
}
