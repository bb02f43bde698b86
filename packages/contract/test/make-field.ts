import type { Field, FieldType } from '@proj/dbal-schema'

/** A field that says nothing but its type. */
export function makeField(type: FieldType, more: Partial<Field> = {}): Field {
  return {
    name: 'f',
    column: 'f',
    type,
    primary: false,
    generated: false,
    required: false,
    nullable: true,
    unique: false,
    immutable: false,
    sensitive: false,
    autoUpdate: false,
    ...more,
  }
}
