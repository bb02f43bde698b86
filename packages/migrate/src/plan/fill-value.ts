import type { Value } from '@proj/dbal-contract'
import type { Entity, Field } from '@proj/dbal-schema'
import type { SqlDialect } from '@proj/dbal-sql'
import type { ColumnShape } from '../shape/schema-shape.ts'

export interface Fill {
  readonly sql: string
  /** `its default 0`, `the current time`. */
  readonly words: string
}

/**
 * What rows without a value get where one is required: what the client would have filled in. None
 * where it would have made an id or asked its caller.
 */
export function fillValue(
  entity: Entity,
  { field, fallback }: ColumnShape,
  dialect: SqlDialect,
  now: Date,
): Fill | undefined {
  const literal = (value: Value): string => dialect.literal(dialect.encode(field)(value))
  if (field.generated || field.autoUpdate || field.default?.kind === 'now') {
    const value = momentOf(field, now)
    return value === undefined ? undefined : { sql: literal(value), words: 'the current time' }
  }
  if (fallback !== undefined) return { sql: fallback, words: 'the default' }
  if (entity.optimisticLock === field.name)
    return { sql: literal(field.type === 'bigint' ? 1n : 1), words: 'version 1' }
  return undefined
}

/** The time in the field's own type; undefined for an id. */
function momentOf({ type }: Field, now: Date): Value | undefined {
  switch (type) {
    case 'datetime':
      return now
    case 'bigint':
      return BigInt(now.getTime())
    case 'integer':
      return Math.floor(now.getTime() / 1000)
    case 'date':
      return now.toISOString().slice(0, 10)
    case 'time':
      return now.toISOString().slice(11, 19)
    default:
      return undefined
  }
}
