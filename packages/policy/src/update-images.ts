// Rows as an update would leave them.
import type { Assignment, Params, Row, UpdateQuery, Value } from '@proj/dbal-contract'
import type { Entity } from '@proj/dbal-schema'
import type { RowsBefore } from './demand-images.ts'
import { identityOf } from './row-identity.ts'

/** Whether a change of the field could be refused because the value is taken, or leads to no row. */
export function mayConflict({ fields, uniques, indexes }: Entity, name: string): boolean {
  if (fields.get(name)?.foreignKey !== undefined) return true
  const keys = [...uniques, ...indexes.filter(({ unique }) => unique).map(({ fields }) => fields)]
  return keys.some((fields) => fields.includes(name))
}

/** The rows as the update would leave them, by what they were; a sum is left as it is. */
export function imagesOf(
  { set }: UpdateQuery,
  params: Params,
  before: RowsBefore,
): ReadonlyMap<string, Row> {
  const changes = Object.fromEntries(
    set.flatMap((one) => valueOf(one, params).map(([name, [value]]) => [name, value ?? null])),
  )
  return new Map([...before].map(([key, row]) => [key, { ...row, ...changes }]))
}

/** Rows before by what they would be called afterwards. */
export function byImage(
  entity: Entity,
  images: ReadonlyMap<string, Row>,
  before: RowsBefore,
): RowsBefore {
  return new Map(
    [...images].map(([key, image]) => [identityOf(entity, image), before.get(key) as Row]),
  )
}

/** The field with the value it is given; nothing for a sum. */
export function valueOf(
  { field, kind, value }: Assignment,
  params: Params,
): readonly (readonly [string, readonly (Value | undefined)[]])[] {
  if (kind !== 'set' || value.kind !== 'param') return []
  return [[field, [params[value.index] as Value | undefined]]]
}
