// The TypeScript type of a field: as results hold it, as callers write it, as filters take it.
import type { Entity, Field } from '@proj/dbal-schema'
import type { TypeNames } from './type-names.ts'

export interface FieldScope {
  readonly entity: Entity
  readonly names: TypeNames
}

const NUMERIC: ReadonlySet<Field['type']> = new Set(['integer', 'bigint', 'float', 'decimal'])
const TEXTUAL: ReadonlySet<Field['type']> = new Set(['string', 'text', 'email', 'url', 'cuid'])

export function isNumeric(field: Field): boolean {
  return NUMERIC.has(field.type)
}

/** What a search may look into. */
export function isSearchable(field: Field): boolean {
  return TEXTUAL.has(field.type) && field.type !== 'cuid'
}

/** A value in a result, null aside. */
export function resultValue(field: Field, { entity, names }: FieldScope): string {
  switch (field.type) {
    case 'integer':
    case 'float':
      return 'number'
    case 'bigint':
      return 'bigint'
    case 'boolean':
      return 'boolean'
    case 'datetime':
      return names.global('Date')
    case 'bytes':
      return names.global('Uint8Array')
    case 'json':
      return 'dbal.Json'
    case 'enum':
      return names.enumOf(entity.name, field.name)
    default:
      return 'string'
  }
}

export function resultType(field: Field, scope: FieldScope): string {
  return orNull(resultValue(field, scope), field)
}

/** A value that a caller writes, null aside. */
export function inputValue(field: Field, scope: FieldScope): string {
  if (field.type === 'bigint') return 'dbal.BigIntInput'
  return field.type === 'datetime' ? 'dbal.DateTimeInput' : resultValue(field, scope)
}

export function inputType(field: Field, scope: FieldScope): string {
  return orNull(inputValue(field, scope), field)
}

/** In an update numbers may also be counted up or down. */
export function updateType(field: Field, scope: FieldScope): string {
  const value = inputType(field, scope)
  return isNumeric(field) ? `${value} | dbal.Increment<${inputValue(field, scope)}>` : value
}

export function filterType(field: Field, scope: FieldScope): string {
  const nullable = field.nullable
  if (field.type === 'json') return nullable ? 'dbal.JsonFilter<null>' : 'dbal.JsonFilter'
  const value = inputValue(field, scope)
  const more = nullable ? ', null' : ''
  if (field.type === 'boolean') return `dbal.EqualityFilter<boolean${more}>`
  if (field.type === 'enum') return `dbal.TextFilter<${value}${more}>`
  if (!TEXTUAL.has(field.type)) return `dbal.OrderFilter<${value}${more}>`
  return nullable ? 'dbal.TextFilter<string, null>' : 'dbal.TextFilter'
}

function orNull(type: string, { nullable }: Field): string {
  return nullable ? `${type} | null` : type
}
