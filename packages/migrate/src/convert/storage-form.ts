import { DEFAULT_PRECISION, DEFAULT_SCALE } from '@proj/dbal-contract'
import type { Field } from '@proj/dbal-schema'

/** Types whose values are stored alike. */
export type Form =
  | 'text'
  | 'uuid'
  | 'integer'
  | 'bigint'
  | 'float'
  | 'decimal'
  | 'boolean'
  | 'datetime'
  | 'date'
  | 'time'
  | 'json'
  | 'bytes'

export function formOf({ type }: Field): Form {
  switch (type) {
    case 'cuid':
    case 'string':
    case 'text':
    case 'email':
    case 'url':
    case 'enum':
      return 'text'
    default:
      return type
  }
}

/** `decimal(20,6)`, `text`: what differs has to be converted, even where the engine's type is the same. */
export function storageForm(field: Field): string {
  const form = formOf(field)
  if (form !== 'decimal') return form
  const { precision, scale } = digitsOf(field)
  return `decimal(${precision},${scale})`
}

export interface Digits {
  readonly precision: number
  readonly scale: number
}

export function digitsOf({ precision, scale }: Field): Digits {
  return { precision: precision ?? DEFAULT_PRECISION, scale: scale ?? DEFAULT_SCALE }
}
