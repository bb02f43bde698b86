import { canonicalValue, DBALError, type Value } from '@proj/dbal-contract'
import type { Entity } from '@proj/dbal-schema'
import { relax } from './filter-value.ts'

/**
 * Which row an input names: the first of the entity's unique keys that it holds whole, with canonical
 * values. A value malformed for its field names no row, which is undefined values.
 */
export function keyOf(
  entity: Entity,
  input: Readonly<Record<string, unknown>>,
): readonly [fields: readonly string[], values: readonly Value[]] | undefined {
  const key = findKey(entity, input)
  if (key === undefined) return undefined
  const values: Value[] = []
  for (const name of key) {
    const field = entity.fields.get(name)
    if (field === undefined) return undefined
    const checked = canonicalValue(relax(field), input[name])
    if (!checked.ok) return undefined
    values.push(checked.value)
  }
  return [key, values]
}

/** The unique key whose fields the input has. */
export function findKey(
  entity: Entity,
  input: Readonly<Record<string, unknown>>,
): readonly string[] | undefined {
  return entity.uniques.find((key) => key.every((name) => Object.hasOwn(input, name)))
}

/** Throws NOT_FOUND for a value that no row of this field's type can have. */
export function keyValues(
  entity: Entity,
  fields: readonly string[],
  input: Readonly<Record<string, unknown>>,
): Value[] {
  return fields.map((name) => {
    const field = entity.fields.get(name)
    const checked = field === undefined ? undefined : canonicalValue(relax(field), input[name])
    if (checked?.ok !== true) throw new DBALError('NOT_FOUND')
    return checked.value
  })
}
