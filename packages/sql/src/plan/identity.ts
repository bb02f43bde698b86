import type { Value } from '@proj/dbal-contract'
import type { FieldType } from '@proj/dbal-schema'

/** What equal keys share as a key of a Map. */
export function identityOf(type: FieldType, value: Value): unknown {
  if (value instanceof Date) return value.getTime()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  // Both ends of a relation may differ in their digits after the point.
  const isFraction = type === 'decimal' && typeof value === 'string' && value.includes('.')
  return isFraction ? value.replace(/\.?0+$/, '') : value
}
