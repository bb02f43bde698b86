import { encodeValue, type Row } from '@proj/dbal-contract'
import type { Entity, Field } from '@proj/dbal-schema'

/** A text that two rows of an entity share only if they have the same primary key. */
export function identityOf(entity: Entity, row: Row): string {
  const key = entity.primaryKey.map((name) =>
    encodeValue(entity.fields.get(name) as Field, row[name] ?? null),
  )
  return JSON.stringify(key)
}
