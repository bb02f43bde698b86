import type { Entity, JsonValue, Model, OperationSpec } from '@proj/dbal-schema'
import { exposedFields } from '../wire-schema/exposed-fields.ts'
import { exampleValue } from './example-value.ts'

/** An answer in wire form that fits the operation's output. */
export function exampleResult(entity: Entity, operation: OperationSpec, model: Model): JsonValue {
  const { builtIn, output, defaultLimit } = operation
  if (builtIn === 'list' || builtIn === 'search') {
    const row = exampleRow(entity)
    return { data: [row], limit: defaultLimit, hasMore: false, page: 1 }
  }
  if (builtIn === 'aggregate') return { count: 1 }
  if (output.kind === 'entity') {
    const row = exampleRow(model.entities.get(output.entity) ?? entity)
    return output.many ? [row] : row
  }
  switch (output.type) {
    case 'boolean':
      return true
    case 'string':
      return 'example'
    case 'json':
      return {}
    case 'integer':
    case 'float':
      return 1
  }
}

/** Keys and what a row must have. */
function exampleRow(entity: Entity): JsonValue {
  const shown = exposedFields(entity).filter(
    ({ name, required }) => required || entity.primaryKey.includes(name),
  )
  const values = shown.flatMap((field) => {
    const value = exampleValue(field)
    return value === undefined ? [] : [[field.name, value.wire] as const]
  })
  return Object.fromEntries(values)
}
