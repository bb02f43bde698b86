import type { FieldType } from '../model/field.ts'

const SYNONYMS: ReadonlyMap<string, FieldType> = new Map([
  ['int', 'integer'],
  ['number', 'float'],
  ['timestamp', 'datetime'],
])

export const FIELD_TYPES: readonly FieldType[] = [
  'uuid',
  'cuid',
  'string',
  'text',
  'email',
  'url',
  'integer',
  'bigint',
  'float',
  'decimal',
  'boolean',
  'datetime',
  'date',
  'time',
  'json',
  'bytes',
  'enum',
]

/** The type a spelling stands for; undefined for a word that is no type. */
export function findFieldType(word: string): FieldType | undefined {
  return SYNONYMS.get(word) ?? FIELD_TYPES.find((type) => type === word)
}

export function isStringLike(type: FieldType): boolean {
  return type === 'string' || type === 'text' || type === 'email' || type === 'url'
}

export function isNumeric(type: FieldType): boolean {
  return type === 'integer' || type === 'bigint' || type === 'float' || type === 'decimal'
}

export function isTemporal(type: FieldType): boolean {
  return type === 'datetime' || type === 'date' || type === 'time'
}

/** Types whose values may be compared and referenced across: ids and text share one representation with themselves only. */
export function areComparable(a: FieldType, b: FieldType): boolean {
  return a === b || (isStringLike(a) && isStringLike(b))
}
